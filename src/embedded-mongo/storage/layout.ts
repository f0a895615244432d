import type { OpTime } from './op-time.ts';

// The layout of the single ordered key space. A table contains a collection's documents or an index's entries.

/** The first byte of a key. */
export const tables = {
  format: 0,
  catalog: 1,
  documents: 2,
  index: 3,
  retryRecord: 4,
  retryResults: 5,
  changes: 6,
  changeHorizon: 7,
} as const;
/** The length of a record id as it is stored. */
export const recordIdBytes = 6;

const tablePrefixBytes = 5;

/** The length of the key that a document is stored under. */
export const documentKeyBytes = tablePrefixBytes + recordIdBytes;
const opTimeLength = 8;

/** A document's number in its collection, ascending in the order of insertion. */
export type RecordId = number;

export function encodeRecordId(recordId: RecordId): Buffer {
  const bytes = Buffer.allocUnsafe(recordIdBytes);
  bytes.writeUIntBE(recordId, 0, recordIdBytes);
  return bytes;
}

export const decodeRecordId = (bytes: Buffer, offset = 0): RecordId =>
  bytes.readUIntBE(offset, recordIdBytes);

function tablePrefix(table: number, id: number): Buffer {
  const prefix = Buffer.allocUnsafe(tablePrefixBytes);
  prefix[0] = table;
  prefix.writeUInt32BE(id, 1);
  return prefix;
}

export const documentsPrefix = (collectionId: number): Buffer => tablePrefix(tables.documents, collectionId);
export const indexPrefix = (indexId: number): Buffer => tablePrefix(tables.index, indexId);

/** The key of an index entry: that of its values and, unless the index is unique, the record id. */
export function indexKey(indexId: number, key: Buffer, recordId?: Buffer): Buffer {
  const whole = Buffer.allocUnsafe(tablePrefixBytes + key.length + (recordId?.length ?? 0));
  whole[0] = tables.index;
  whole.writeUInt32BE(indexId, 1);
  whole.set(key, tablePrefixBytes);
  if (recordId) whole.set(recordId, tablePrefixBytes + key.length);
  return whole;
}

/** The first key after all keys with this prefix. */
export function prefixEnd(prefix: Buffer): Buffer {
  const end = Buffer.from(prefix);
  for (let i = end.length - 1; i >= 0; i -= 1) {
    if (end[i] !== 0xff) {
      end[i] = (end[i] ?? 0) + 1;
      return end.subarray(0, i + 1);
    }
  }
  return Buffer.alloc(prefix.length + 1, 0xff);
}

/** The smallest key after this one. */
export const keyBehind = (key: Buffer): Buffer => Buffer.concat([key, Buffer.alloc(1)]);

export function documentKey(collectionId: number, recordId: RecordId): Buffer {
  const key = Buffer.allocUnsafe(documentKeyBytes);
  key[0] = tables.documents;
  key.writeUInt32BE(collectionId, 1);
  key.writeUIntBE(recordId, tablePrefixBytes, recordIdBytes);
  return key;
}

/** The number of the collection or the index that a document or an entry belongs to. */
export const idOfTableKey = (key: Buffer): number => key.readUInt32BE(1);

export const recordIdOfDocumentKey = (key: Buffer): RecordId => decodeRecordId(key, tablePrefixBytes);

const catalogKey = (kind: string, id: number): Buffer => {
  const key = Buffer.allocUnsafe(6);
  key[0] = tables.catalog;
  key.write(kind, 1, 'latin1');
  key.writeUInt32BE(id, 2);
  return key;
};

export const collectionKey = (id: number): Buffer => catalogKey('c', id);
export const sizesKey = (id: number): Buffer => catalogKey('n', id);
/** A table that nothing refers to any more and that has not been emptied yet. */
export const garbageKey = (id: number): Buffer => catalogKey('g', id);
export const nextIdKey: Buffer = catalogKey('i', 0);

export const catalogRange = (kind: string): { start: Buffer; end: Buffer } => ({
  start: catalogKey(kind, 0),
  end: catalogKey(kind, 0xffffffff),
});

export const idOfCatalogKey = (key: Buffer): number => key.readUInt32BE(2);

export const retryRecordKey = (session: Buffer): Buffer =>
  Buffer.concat([Buffer.from([tables.retryRecord]), session]);

/** A further part of the results in a session's record. */
export function retryResultsKey(session: Buffer, part: number): Buffer {
  const key = Buffer.allocUnsafe(1 + session.length + 4);
  key[0] = tables.retryResults;
  key.set(session, 1);
  key.writeUInt32BE(part, 1 + session.length);
  return key;
}

export const retryRecordRange: { start: Buffer; end: Buffer } = {
  start: Buffer.from([tables.retryRecord]),
  end: Buffer.from([tables.retryRecord + 1]),
};

export function encodeOpTime(time: OpTime): Buffer {
  const bytes = Buffer.allocUnsafe(opTimeLength);
  bytes.writeBigUInt64BE(time);
  return bytes;
}

/** An entry of the log of changes, by the time of its first change. */
export const changesKey = (time: OpTime): Buffer =>
  Buffer.concat([Buffer.from([tables.changes]), encodeOpTime(time)]);

export const timeOfChangesKey = (key: Buffer): OpTime => key.readBigUInt64BE(1);

export const changesRange: { start: Buffer; end: Buffer } = {
  start: Buffer.from([tables.changes]),
  end: Buffer.from([tables.changes + 1]),
};

/** The time of the last change that the log has dropped. */
export const changeHorizonKey: Buffer = Buffer.from([tables.changeHorizon]);
