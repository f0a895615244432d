import { randomUUID } from 'node:crypto';
import { Binary, Int32, Long } from 'bson';
import { decode, encode } from '../bson/raw.ts';
import type { Document, Value } from '../bson/types.ts';
import { defineIndex, type Index } from '../index/index-definition.ts';
import type { ChangeLog } from './change-log.ts';
import { ChangeKind } from './change-record.ts';
import { type CollectionSizes, encodeSizes, restoreSizes } from './collection-sizes.ts';
import {
  catalogRange,
  collectionKey,
  documentsPrefix,
  garbageKey,
  idOfCatalogKey,
  indexPrefix,
  nextIdKey,
  prefixEnd,
  recordIdOfDocumentKey,
  sizesKey,
} from './layout.ts';
import type { Store, Writer } from './store.ts';

/** A collection, as it will be after the writes so far. */
export interface Collection extends CollectionSizes {
  readonly ns: string;
  readonly db: string;
  readonly name: string;
  readonly uuid: string;
  readonly options: Document;
  /** The index on `_id` comes first. The list is replaced, never changed. */
  indexes: readonly Index[];
  nextRecordId: number;
}

const everything = { limit: Number.MAX_SAFE_INTEGER };
const nothingMore = encode({});

function partsOf(ns: string): { db: string; name: string } {
  const dot = ns.indexOf('.');
  return { db: ns.slice(0, dot), name: ns.slice(dot + 1) };
}

/** A collection's UUID as a value. */
export const uuidOf = ({ uuid }: Pick<Collection, 'uuid'>): Binary =>
  new Binary(Buffer.from(uuid.replaceAll('-', ''), 'hex'), Binary.SUBTYPE_UUID);

/** The collections and indexes of a data directory, in memory and on disk. */
export class Catalog {
  readonly #store: Store;
  readonly #changes: ChangeLog;
  readonly #byNs = new Map<string, Collection>();
  readonly #dirtySizes = new Set<Collection>();
  readonly #dirtyCollections = new Set<Collection>();
  #nextId = 1;
  #isNextIdDirty = false;

  constructor(store: Store, changes: ChangeLog) {
    this.#store = store;
    this.#changes = changes;
    this.load();
  }

  get(ns: string): Collection | undefined {
    return this.#byNs.get(ns);
  }

  collections(): Collection[] {
    return [...this.#byNs.values()];
  }

  nameOfCollection(id: number): string | undefined {
    return this.collections().find((collection) => collection.id === id)?.ns;
  }

  /** The name of an index, with that of its collection. */
  nameOfIndex(id: number): string | undefined {
    for (const { ns, indexes } of this.collections()) {
      const index = indexes.find((each) => each.id === id);
      if (index) return `${index.name} of ${ns}`;
    }
    return undefined;
  }

  /** A new collection with its index on `_id`; inside a write job. */
  create(ns: string, options: Document = {}): Collection {
    const id = this.newId();
    const idIndex: Document = { v: new Int32(2), key: { _id: new Int32(1) }, name: '_id_' };
    const collection: Collection = {
      id,
      ns,
      ...partsOf(ns),
      uuid: randomUUID(),
      options,
      indexes: [defineIndex(this.newId(), idIndex)],
      count: 0,
      dataBytes: 0,
      nextRecordId: 1,
    };
    this.#byNs.set(ns, collection);
    this.markChanged(collection);
    this.markSizes(collection);
    this.#changes.note(ChangeKind.create, collection, encode({ idIndex, ...options }));
    return collection;
  }

  newId(): number {
    this.#isNextIdDirty = true;
    this.#nextId += 1;
    return this.#nextId - 1;
  }

  /** Marks the collection's definition to be written with the current group. */
  markChanged(collection: Collection): void {
    this.#dirtyCollections.add(collection);
  }

  /** Marks the collection's count and sizes to be written with the current group. */
  markSizes(collection: Collection): void {
    this.#dirtySizes.add(collection);
  }

  /** Removes a collection; its tables are emptied later. Inside a write job. */
  drop(collection: Collection, writer: Writer): void {
    this.#discard(collection, writer);
    this.#changes.note(ChangeKind.drop, collection, nothingMore);
  }

  /** Renames a collection, replacing any collection with that name. Inside a write job. */
  rename(collection: Collection, ns: string, writer: Writer): void {
    const target = this.#byNs.get(ns);
    if (target) this.#discard(target, writer);
    const { db, name } = partsOf(ns);
    const renamed: Collection = { ...collection, ns, db, name };
    this.#forget(collection);
    this.#byNs.set(ns, renamed);
    this.markChanged(renamed);
    this.markSizes(renamed);
    const dropped = target ? { dropTarget: uuidOf(target) } : {};
    this.#changes.note(ChangeKind.rename, collection, encode({ to: { db, coll: name }, ...dropped }), ns);
  }

  #forget(collection: Collection): void {
    this.#byNs.delete(collection.ns);
    this.#dirtyCollections.delete(collection);
    this.#dirtySizes.delete(collection);
  }

  #discard(collection: Collection, writer: Writer): void {
    this.#forget(collection);
    writer.remove(collectionKey(collection.id));
    writer.remove(sizesKey(collection.id));
    writer.put(garbageKey(collection.id), documentsPrefix(collection.id));
    for (const { id } of collection.indexes) writer.put(garbageKey(id), indexPrefix(id));
  }

  /** Removes indexes of a collection; their entries are removed later. Inside a write job. */
  removeIndexes(collection: Collection, doomed: readonly Index[], writer: Writer): void {
    collection.indexes = collection.indexes.filter((index) => !doomed.includes(index));
    for (const { id } of doomed) writer.put(garbageKey(id), indexPrefix(id));
    this.markChanged(collection);
  }

  /** Records in the log that indexes serve from now on, or no longer. Inside a write job. */
  noteIndexes(kind: ChangeKind, collection: Collection, indexes: readonly Index[]): void {
    for (const { spec } of indexes) this.#changes.note(kind, collection, encode({ indexes: [spec] }));
  }

  /** The tables that have not been emptied yet. */
  garbage(): { key: Buffer; prefix: Buffer }[] {
    return this.#store.read(catalogRange('g'), everything).map(({ key, value }) => ({ key, prefix: value }));
  }

  /** Reads everything from disk, at the start and after a failed transaction. */
  load(): void {
    this.#byNs.clear();
    this.#dirtySizes.clear();
    this.#dirtyCollections.clear();
    this.#isNextIdDirty = false;
    this.#nextId = this.#store.get(nextIdKey)?.readUInt32BE(0) ?? 1;
    const sizes = new Map(
      this.#store.read(catalogRange('n'), everything).map(({ key, value }) => [idOfCatalogKey(key), value]),
    );
    for (const { key, value } of this.#store.read(catalogRange('c'), everything)) {
      const id = idOfCatalogKey(key);
      const collection = readCollection(id, decode(value));
      restoreSizes(this.#store, collection, sizes.get(id));
      collection.nextRecordId = this.#lastRecordId(id) + 1;
      this.#byNs.set(collection.ns, collection);
    }
  }

  #lastRecordId(collectionId: number): number {
    const start = documentsPrefix(collectionId);
    const [last] = this.#store.read({ start, end: prefixEnd(start) }, { limit: 1, reverse: true });
    return last ? recordIdOfDocumentKey(last.key) : 0;
  }

  /** Writes what was changed; at the end of a group, in its transaction. */
  flush(writer: Writer): void {
    for (const collection of this.#dirtySizes) {
      writer.put(sizesKey(collection.id), encodeSizes(collection));
    }
    for (const collection of this.#dirtyCollections) {
      writer.put(collectionKey(collection.id), encode(definitionOf(collection)));
    }
    if (this.#isNextIdDirty) {
      const bytes = Buffer.allocUnsafe(4);
      bytes.writeUInt32BE(this.#nextId);
      writer.put(nextIdKey, bytes);
    }
    this.#dirtySizes.clear();
    this.#dirtyCollections.clear();
    this.#isNextIdDirty = false;
  }
}

function definitionOf(collection: Collection): Document {
  return {
    ns: collection.ns,
    uuid: collection.uuid,
    options: collection.options,
    indexes: collection.indexes.map((index) => ({
      id: new Int32(index.id),
      spec: index.spec,
      arrayPaths: [...index.arrayPaths],
      hasLongKeys: index.hasLongKeys,
      isReady: index.isReady,
      ...(index.isReady ? {} : { nextToBuild: Long.fromNumber(index.nextToBuild) }),
    })),
  };
}

function readIndex(stored: Document): Index {
  return defineIndex(Number(String(stored.id)), stored.spec as Document, {
    arrayPaths: stored.arrayPaths as string[],
    hasLongKeys: stored.hasLongKeys === true,
    isReady: stored.isReady === true,
    // Earlier versions did not store how far a build was, but what they had built is right.
    nextToBuild: Number(String(stored.nextToBuild ?? 1)),
  });
}

function readCollection(id: number, stored: Document): Collection {
  const ns = stored.ns as string;
  return {
    id,
    ns,
    ...partsOf(ns),
    uuid: stored.uuid as string,
    options: stored.options as Document,
    indexes: (stored.indexes as Value[]).map((index) => readIndex(index as Document)),
    count: 0,
    dataBytes: 0,
    nextRecordId: 1,
  };
}
