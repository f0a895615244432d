import { checkStructure } from '../bson/check-structure.ts';
import { fieldsOf, getField } from '../bson/fields.ts';
import { identicalValues } from '../bson/identical.ts';
import { maxStoredDepth } from '../bson/limits.ts';
import { decode, decodeElement, encode, findRawElement } from '../bson/raw.ts';
import type { Document } from '../bson/types.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import { duplicateKeyError } from '../index/duplicate-key.ts';
import type { Index } from '../index/index-definition.ts';
import { fitKey, type IndexKey, type IndexKeys, indexKeysOf } from '../index/index-keys.ts';
import { decodeIndexed, secondaryIndexes } from '../index/indexed-fields.ts';
import type { Catalog, Collection } from './catalog.ts';
import type { ChangeLog } from './change-log.ts';
import { DocumentChanges, type Version } from './document-changes.ts';
import {
  decodeRecordId,
  documentKey,
  encodeRecordId,
  indexKey,
  indexPrefix,
  prefixEnd,
  type RecordId,
} from './layout.ts';
import type { IndexEntry } from './sorted-entries.ts';
import type { Store, Writer } from './store.ts';

/** The largest document, as in MongoDB. */
export const maxDocumentBytes = 16 * 1024 * 1024;

/** A document's record id and bytes. */
export interface StoredDocument {
  recordId: RecordId;
  bytes: Buffer;
}

/** What the planner must know about the entries of an index. */
export interface IndexShape {
  /** The paths on the way to the indexed fields that contain arrays. */
  arrayPaths: Iterable<string>;
  hasLongKey: boolean;
}

/** The key of an index entry: in a unique index one per key, in others one per record. */
export const entryKey = (index: Index, key: Buffer, recordId: Buffer): Buffer =>
  index.unique ? indexKey(index.id, key) : indexKey(index.id, key, recordId);

function putEntry(writer: Writer, index: Index, entry: Buffer, recordId: Buffer): void {
  writer.put(entry, recordId);
  index.entryBytes += entry.length + recordId.length;
}

/** Each level of a document has a length, a type, a name, and an end. */
const leastLevelBytes = 4 + 1 + 1 + 1;

/**
 * Refuses documents over 16 MB (10334) or of more than 180 levels (15) with MongoDB's errors. They must be well-formed,
 * as what arrives is once its message has been read.
 */
export function checkSize(bytes: Buffer): void {
  if (bytes.length > maxStoredDepth * leastLevelBytes) checkStructure(bytes, maxStoredDepth);
  if (bytes.length <= maxDocumentBytes) return;
  throw new MongoError(
    ErrorCode.BSONObjectTooLarge,
    `BSONObj size: ${bytes.length} (0x${bytes.length.toString(16).toUpperCase()}) is invalid. Size must be between 0 and 16793600(16MB)`,
  );
}

/**
 * Writes documents together with their index entries. Every method runs inside a write job and checks everything
 * before it writes, so that nothing has changed if it throws.
 */
export class DocumentWriter {
  readonly #store: Store;
  readonly #catalog: Catalog;
  readonly #changes: DocumentChanges;
  /**
   * The records of which writes have changed the entries in indexes that are being built, by the index's number, since
   * the build began to read the part that it is at.
   */
  readonly rewritten = new Map<number, Set<RecordId>>();
  /** Of indexes on `_id`, a key that none of their entries comes behind. */
  readonly #lastEntries = new WeakMap<Index, Buffer>();

  constructor(store: Store, catalog: Catalog, changes: ChangeLog) {
    this.#store = store;
    this.#catalog = catalog;
    this.#changes = new DocumentChanges(changes);
  }

  /**
   * Stores a new document, which must have an `_id`, in a collection, which is created if there is none. Throws
   * DuplicateKey (11000), CannotIndexParallelArrays (171).
   */
  insert(writer: Writer, ns: string, bytes: Buffer, idKey: Buffer): RecordId {
    checkSize(bytes);
    const collection = this.#catalog.get(ns) ?? this.#catalog.create(ns);
    const recordId = collection.nextRecordId;
    const encodedId = encodeRecordId(recordId);
    const [idIndex] = collection.indexes;
    const others = secondaryIndexes(collection.indexes);
    if (!idIndex) throw new Error(`Collection ${collection.ns} has no index on _id`);
    const idEntry = indexKey(idIndex.id, fitKey(idKey));
    if (this.#isTaken(idIndex, idEntry)) throw this.#duplicateId(collection, idIndex, bytes);
    const document = others.length > 0 ? decodeIndexed(bytes, others) : undefined;
    const additions = document ? others.map((index) => this.#additions(collection, index, document)) : [];
    writer.put(documentKey(collection.id, recordId), bytes);
    putEntry(writer, idIndex, idEntry, encodedId);
    for (const [i, { keys }] of additions.entries()) {
      const index = others[i];
      if (index)
        for (const { key } of keys) putEntry(writer, index, entryKey(index, key, encodedId), encodedId);
    }
    collection.nextRecordId += 1;
    collection.count += 1;
    collection.dataBytes += bytes.length;
    this.#catalog.markSizes(collection);
    this.#changes.inserted(collection, bytes);
    return recordId;
  }

  /** Replaces a document with another that has the same `_id`. Returns the new bytes. */
  replace(writer: Writer, collection: Collection, old: StoredDocument, version: Version): Buffer {
    const { from, to } = version;
    const bytes = encode(to);
    checkSize(bytes);
    const encodedId = encodeRecordId(old.recordId);
    const fields = changedFields(from, to);
    const changes = collection.indexes
      .slice(1)
      .filter((index) => mayChange(index, fields))
      .map((index) => this.#change(collection, index, from, to, old.recordId));
    this.#changes.replaced(collection, version, bytes);
    writer.put(documentKey(collection.id, old.recordId), bytes);
    for (const { index, added, removed } of changes) {
      for (const { key } of removed) this.#removeEntry(writer, index, key, encodedId);
      for (const { key } of added) putEntry(writer, index, entryKey(index, key, encodedId), encodedId);
    }
    if (bytes.length !== old.bytes.length || changes.length > 0) this.#catalog.markSizes(collection);
    collection.dataBytes += bytes.length - old.bytes.length;
    return bytes;
  }

  remove(writer: Writer, collection: Collection, old: StoredDocument): void {
    const document = decode(old.bytes);
    const encodedId = encodeRecordId(old.recordId);
    const entries = collection.indexes.map((index) => ({ index, keys: indexKeysOf(index, document).keys }));
    for (const { id } of collection.indexes) this.rewritten.get(id)?.add(old.recordId);
    writer.remove(documentKey(collection.id, old.recordId));
    for (const { index, keys } of entries) {
      for (const { key } of keys) this.#removeEntry(writer, index, key, encodedId);
    }
    collection.count -= 1;
    collection.dataBytes -= old.bytes.length;
    this.#catalog.markSizes(collection);
    this.#changes.removed(collection, old.bytes);
  }

  /**
   * Adds an entry to an index that is being built, unless it is there: of a record that was not rewritten meanwhile.
   * Throws DuplicateKey (11000).
   */
  addEntry(writer: Writer, collection: Collection, index: Index, { key, recordId }: IndexEntry): void {
    const holder = this.#store.get(key);
    if (!holder) putEntry(writer, index, key, encodeRecordId(recordId));
    else if (decodeRecordId(holder) !== recordId) {
      const bytes = this.#store.get(documentKey(collection.id, recordId));
      if (bytes) this.addToIndex(writer, collection, index, { recordId, bytes });
    }
    this.#catalog.markSizes(collection);
  }

  /** Adds the entries of a stored document to an index that is being built. */
  addToIndex(writer: Writer, collection: Collection, index: Index, stored: StoredDocument): void {
    const { keys } = this.#additions(collection, index, decode(stored.bytes), stored.recordId);
    const encodedId = encodeRecordId(stored.recordId);
    for (const { key } of keys) {
      const entry = entryKey(index, key, encodedId);
      // A document that was written since the build began already has its entries.
      if (!this.#store.get(entry)) putEntry(writer, index, entry, encodedId);
    }
    this.#catalog.markSizes(collection);
  }

  #change(collection: Collection, index: Index, from: Document, to: Document, recordId: RecordId) {
    const before = new Map(indexKeysOf(index, from).keys.map((each) => [each.key.toString('latin1'), each]));
    const after = indexKeysOf(index, to);
    const added: IndexKey[] = [];
    for (const each of after.keys) {
      if (!before.delete(each.key.toString('latin1'))) added.push(each);
    }
    this.#refuseDuplicates(collection, index, added, recordId);
    this.#noteShape(collection, index, after);
    this.rewritten.get(index.id)?.add(recordId);
    return { index, added, removed: [...before.values()] };
  }

  #additions(collection: Collection, index: Index, document: Document, own?: RecordId): IndexKeys {
    const found = indexKeysOf(index, document);
    this.#refuseDuplicates(collection, index, found.keys, own);
    this.#noteShape(collection, index, found);
    return found;
  }

  /**
   * Removes a record's entry. An index that is being built may not have reached it yet; a unique index has only the
   * first of several records with one key, and the entry stays if it is another record's.
   */
  #removeEntry(writer: Writer, index: Index, key: Buffer, recordId: Buffer): void {
    const entry = entryKey(index, key, recordId);
    if (!index.isReady && this.#store.get(entry)?.equals(recordId) !== true) return;
    writer.remove(entry);
    index.entryBytes -= entry.length + recordId.length;
  }

  #refuseDuplicates(collection: Collection, index: Index, keys: readonly IndexKey[], own?: RecordId): void {
    if (!index.unique) return;
    for (const { key, values } of keys) {
      const holder = this.#store.get(indexKey(index.id, key));
      if (holder && decodeRecordId(holder) !== own) throw duplicateKeyError(collection.ns, index, values);
    }
  }

  /** Whether there is an entry with this key. Most ids grow with time: those behind all others need not be looked for. */
  #isTaken(index: Index, entry: Buffer): boolean {
    const last = this.#lastEntries.get(index) ?? this.#readLastEntry(index);
    const isLast = entry.compare(last) > 0;
    this.#lastEntries.set(index, isLast ? entry : last);
    return !isLast && this.#store.get(entry) !== undefined;
  }

  #readLastEntry({ id }: Index): Buffer {
    const start = indexPrefix(id);
    const [last] = this.#store.read({ start, end: prefixEnd(start) }, { limit: 1, reverse: true });
    return last?.key ?? start;
  }

  #duplicateId(collection: Collection, index: Index, bytes: Buffer): MongoError {
    const id = findRawElement(bytes, '_id');
    return duplicateKeyError(collection.ns, index, [id && decodeElement(bytes, id)]);
  }

  /**
   * Notes that the records before `next` have all their entries in an index that is being built, and the shape of
   * these; inside a write job.
   */
  notePart(collection: Collection, index: Index, next: RecordId, shape: IndexShape): void {
    this.#noteShape(collection, index, shape);
    this.rewritten.get(index.id)?.clear();
    index.nextToBuild = next;
    this.#catalog.markChanged(collection);
  }

  /** Records arrays and long keys; inside a write job. */
  #noteShape(collection: Collection, index: Index, found: IndexShape): void {
    const known = index.arrayPaths.size;
    for (const path of found.arrayPaths) index.arrayPaths.add(path);
    const isNewlyLong = found.hasLongKey && !index.hasLongKeys;
    if (isNewlyLong) index.hasLongKeys = true;
    if (isNewlyLong || index.arrayPaths.size > known) this.#catalog.markChanged(collection);
  }
}

/** The top-level fields in which two documents differ. */
function changedFields(from: Document, to: Document): Set<string> {
  const changed = new Set<string>();
  for (const [name, value] of fieldsOf(to)) {
    if (!identicalValues(getField(from, name), value)) changed.add(name);
  }
  for (const [name] of fieldsOf(from)) if (getField(to, name) === undefined) changed.add(name);
  return changed;
}

/** Whether a document may have other keys in an index after these of its fields have changed. */
const mayChange = ({ readPaths }: Index, changed: ReadonlySet<string>): boolean =>
  readPaths?.some(([name = '']) => changed.has(name)) ?? true;
