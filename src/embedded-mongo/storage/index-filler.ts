import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Index } from '../index/index-definition.ts';
import { indexKeysOf } from '../index/index-keys.ts';
import { decodeIndexed } from '../index/indexed-fields.ts';
import type { Collection } from './catalog.ts';
import { type DocumentWriter, entryKey, type IndexShape } from './document-writer.ts';
import { documentKey, encodeRecordId, type RecordId, recordIdOfDocumentKey } from './layout.ts';
import { type IndexEntry, SortedEntries } from './sorted-entries.ts';
import { attempt, type Store, type Writer } from './store.ts';

/** How long documents are read before others have their turn. */
const turnMs = 2;
const documentsPerStep = 100;
const bytesPerStep = 1024 * 1024;
const itemsPerJob = 1_000;

/** What was read for one index. */
interface Collected extends IndexShape {
  readonly entries: SortedEntries;
  readonly arrayPaths: Set<string>;
}

export interface IndexFillerParts {
  readonly store: Store;
  readonly documents: DocumentWriter;
  /** Entries are written when they take more than this in memory. */
  readonly mostCollectedBytes: number;
  /** The collection and the indexes that are being built, as they are now; throws if the build is to end. */
  readonly current: () => { readonly collection: Collection; readonly added: readonly Index[] };
}

/**
 * Gives new indexes the entries of the documents that were there when their build began. Documents are read once for
 * all of the indexes, and entries are written in the order of their keys: so many of them belong to one page, while in
 * the order of documents each would change another one.
 *
 * Meanwhile, writes see to the entries of what they write: an index that is being built may lack entries, but never has
 * one that its record does not. What was read of a record before that is out of date; it is read again at the end of
 * the part to which it belongs. Then every record up to there has all of its entries, and that is noted: a build that
 * is interrupted goes on from there.
 */
export class IndexFiller {
  readonly #parts: IndexFillerParts;
  readonly #collected: ReadonlyMap<number, Collected>;

  constructor(parts: IndexFillerParts, ids: readonly number[]) {
    this.#parts = parts;
    const nothing = (): Collected => ({
      entries: new SortedEntries(),
      arrayPaths: new Set(),
      hasLongKey: false,
    });
    this.#collected = new Map(ids.map((id) => [id, nothing()]));
  }

  /**
   * Adds the entries of the records that come before `end`, part by part, from the first one that may lack some. Throws
   * DuplicateKey (11000), CannotIndexParallelArrays (171).
   */
  async fill(start: RecordId, end: RecordId): Promise<void> {
    for (let next = start; next < end; ) {
      next = await this.#collectPart(next, end);
      for (const [id, collected] of this.#collected) {
        await this.#write(id, collected.entries);
        await this.#addRewritten(id);
        await this.#notePart(id, collected, next);
      }
    }
  }

  /** Collects entries until they take as much memory as they may. Returns the record to go on with. */
  async #collectPart(start: RecordId, end: RecordId): Promise<RecordId> {
    let next = start;
    let turnEndsAt = performance.now() + turnMs;
    while (next < end && this.#collectedBytes() <= this.#parts.mostCollectedBytes) {
      next = this.#collect(next, end);
      if (performance.now() < turnEndsAt) continue;
      await nextTurn();
      turnEndsAt = performance.now() + turnMs;
    }
    return next;
  }

  /** Notes that the records before `next` have all their entries in an index. */
  async #notePart(id: number, collected: Collected, next: RecordId): Promise<void> {
    const { documents, store, current } = this.#parts;
    await store.write(() => {
      const { collection, added } = current();
      const index = added.find((each) => each.id === id);
      if (index) documents.notePart(collection, index, next, collected);
    });
  }

  #collectedBytes(): number {
    let bytes = 0;
    for (const { entries } of this.#collected.values()) bytes += entries.bytes;
    return bytes;
  }

  /** Collects the entries of some documents. Returns the record to go on with. */
  #collect(from: RecordId, end: RecordId): RecordId {
    const { collection, added } = this.#parts.current();
    const range = { start: documentKey(collection.id, from), end: documentKey(collection.id, end) };
    const limits = { limit: documentsPerStep, maxBytes: bytesPerStep };
    let next = end;
    for (const { key, value } of this.#parts.store.read(range, limits)) {
      const recordId = recordIdOfDocumentKey(key);
      this.#collectOne(added, recordId, value);
      next = recordId + 1;
    }
    for (const index of added) index.nextToRead = next;
    return next;
  }

  #collectOne(added: readonly Index[], recordId: RecordId, bytes: Buffer): void {
    const document = decodeIndexed(bytes, added);
    const encodedId = encodeRecordId(recordId);
    for (const index of added) {
      const collected = this.#collected.get(index.id);
      if (!collected || recordId < index.nextToBuild) continue;
      const { keys, arrayPaths, hasLongKey } = indexKeysOf(index, document);
      for (const { key } of keys) collected.entries.add({ key: entryKey(index, key, encodedId), recordId });
      for (const path of arrayPaths) collected.arrayPaths.add(path);
      if (hasLongKey) collected.hasLongKey = true;
    }
  }

  /** Writes what was collected for an index; the entries of rewritten records are others' business. */
  async #write(id: number, collected: SortedEntries): Promise<void> {
    const { documents } = this.#parts;
    const rewritten = documents.rewritten.get(id);
    await this.#inJobs(id, collected.take(), (writer, collection, index, entry: IndexEntry) => {
      if (!rewritten?.has(entry.recordId)) documents.addEntry(writer, collection, index, entry);
    });
  }

  async #addRewritten(id: number): Promise<void> {
    const { documents, store } = this.#parts;
    const records = documents.rewritten.get(id)?.values() ?? [].values();
    await this.#inJobs(id, records, (writer, collection, index, recordId: RecordId) => {
      const bytes = store.get(documentKey(collection.id, recordId));
      if (bytes) documents.addToIndex(writer, collection, index, { recordId, bytes });
    });
  }

  /** Does something about each item, many in one write job. */
  async #inJobs<T>(
    id: number,
    items: Iterator<T>,
    work: (writer: Writer, collection: Collection, index: Index, item: T) => void,
  ): Promise<void> {
    let isLeft = true;
    const job = (writer: Writer): void => {
      const { collection, added } = this.#parts.current();
      const index = added.find((each) => each.id === id);
      for (let count = 0; index && isLeft && count < itemsPerJob; count += 1) {
        const next = items.next();
        if (next.done) isLeft = false;
        else work(writer, collection, index, next.value);
      }
    };
    while (isLeft) {
      const failure = await this.#parts.store.write((writer) => attempt(() => job(writer)));
      if (failure !== undefined) throw failure;
    }
  }
}
