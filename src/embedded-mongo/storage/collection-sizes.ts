import { documentKeyBytes, documentsPrefix, indexPrefix, prefixEnd } from './layout.ts';
import type { Store } from './store.ts';

/** What a collection holds and takes. It is kept with every write, so that nobody has to read it to know. */
export interface CollectionSizes {
  /** The number of its documents' table. */
  readonly id: number;
  count: number;
  /** The bytes of all documents. */
  dataBytes: number;
  readonly indexes: readonly { readonly id: number; entryBytes: number }[];
}

const numberBytes = 8;

/** The record of a collection's sizes: its count, the bytes of its documents, and each index with its bytes. */
export function encodeSizes({ count, dataBytes, indexes }: CollectionSizes): Buffer {
  const numbers = [count, dataBytes, ...indexes.flatMap(({ id, entryBytes }) => [id, entryBytes])];
  const record = Buffer.allocUnsafe(numbers.length * numberBytes);
  for (const [i, number] of numbers.entries()) record.writeDoubleBE(number, i * numberBytes);
  return record;
}

/** Gives a collection the sizes that its record tells. */
export function restoreSizes(store: Store, collection: CollectionSizes, record: Buffer | undefined): void {
  collection.count = record?.readDoubleBE(0) ?? 0;
  if (record === undefined || record.length === numberBytes) {
    measure(store, collection);
    return;
  }
  collection.dataBytes = record.readDoubleBE(numberBytes);
  const bytesById = new Map<number, number>();
  for (let at = 2 * numberBytes; at < record.length; at += 2 * numberBytes) {
    bytesById.set(record.readDoubleBE(at), record.readDoubleBE(at + numberBytes));
  }
  for (const index of collection.indexes) index.entryBytes = bytesById.get(index.id) ?? 0;
}

/** Records were once a count alone: what they do not tell is read from the data, until the next write. */
function measure(store: Store, collection: CollectionSizes): void {
  collection.dataBytes =
    tableBytes(store, documentsPrefix(collection.id)) - collection.count * documentKeyBytes;
  for (const index of collection.indexes) index.entryBytes = tableBytes(store, indexPrefix(index.id));
}

function tableBytes(store: Store, start: Buffer): number {
  let bytes = 0;
  store.scan({ start, end: prefixEnd(start) }, ({ key, value }) => {
    bytes += key.length + value.length;
  });
  return bytes;
}

/** What a collection's documents take where they are stored, in bytes. */
export const storageBytes = ({ dataBytes, count }: CollectionSizes): number =>
  dataBytes + count * documentKeyBytes;

/** What all indexes of a collection take, in bytes. */
export const totalIndexBytes = ({ indexes }: CollectionSizes): number =>
  indexes.reduce((sum, { entryBytes }) => sum + entryBytes, 0);
