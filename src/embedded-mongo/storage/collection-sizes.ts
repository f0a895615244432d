import { documentKeyBytes, documentsPrefix, indexPrefix, prefixEnd, sizesKey } from './layout.ts';
import type { Store } from './store.ts';

/** The sizes of a collection. They are kept up to date with every write, so that nobody has to read it to know them. */
export interface CollectionSizes {
  /** The number of its documents' table. */
  readonly id: number;
  count: number;
  /** The bytes of all documents. */
  dataBytes: number;
  readonly indexes: readonly { readonly id: number; entryBytes: number }[];
}

const numberBytes = 8;
const sampleSize = 200;
const sampleBytes = 256 * 1024;

/** The record of a collection's sizes: its count, the bytes of its documents, and each index with its bytes. */
export function encodeSizes({ count, dataBytes, indexes }: CollectionSizes): Buffer {
  const numbers = [count, dataBytes, ...indexes.flatMap(({ id, entryBytes }) => [id, entryBytes])];
  const record = Buffer.allocUnsafe(numbers.length * numberBytes);
  for (const [i, number] of numbers.entries()) record.writeDoubleBE(number, i * numberBytes);
  return record;
}

/**
 * How many documents a collection has on stable storage: its own `count` is ahead of that while a write is under way.
 */
export const committedCount = (store: Store, { id }: CollectionSizes): number =>
  store.get(sizesKey(id))?.readDoubleBE(0) ?? 0;

/** Restores a collection's sizes from its record. */
export function restoreSizes(store: Store, collection: CollectionSizes, record: Buffer | undefined): void {
  collection.count = record?.readDoubleBE(0) ?? 0;
  if (record === undefined || record.length === numberBytes) {
    estimate(store, collection);
    return;
  }
  collection.dataBytes = record.readDoubleBE(numberBytes);
  const bytesById = new Map<number, number>();
  for (let at = 2 * numberBytes; at < record.length; at += 2 * numberBytes) {
    bytesById.set(record.readDoubleBE(at), record.readDoubleBE(at + numberBytes));
  }
  for (const index of collection.indexes) index.entryBytes = bytesById.get(index.id) ?? 0;
}

/**
 * Records of earlier versions are a count alone. The rest is estimated from the first documents and entries: to read
 * them all would keep everybody waiting.
 */
function estimate(store: Store, collection: CollectionSizes): void {
  const documents = sampleOf(store, documentsPrefix(collection.id));
  const documentBytes = documents.bytes / (documents.entries || 1) - documentKeyBytes;
  collection.dataBytes = Math.round(collection.count * documentBytes);
  for (const index of collection.indexes) {
    const { bytes, entries } = sampleOf(store, indexPrefix(index.id));
    index.entryBytes = entries < sampleSize ? bytes : Math.round((collection.count * bytes) / entries);
  }
}

function sampleOf(store: Store, start: Buffer): { bytes: number; entries: number } {
  const sample = store.read({ start, end: prefixEnd(start) }, { limit: sampleSize, maxBytes: sampleBytes });
  const bytes = sample.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
  return { bytes, entries: sample.length };
}

/** The space that a collection's documents take in storage, in bytes. */
export const storageBytes = ({ dataBytes, count }: CollectionSizes): number =>
  dataBytes + count * documentKeyBytes;

/** The space that a collection's indexes take, in bytes. */
export const totalIndexBytes = ({ indexes }: CollectionSizes): number =>
  indexes.reduce((sum, { entryBytes }) => sum + entryBytes, 0);
