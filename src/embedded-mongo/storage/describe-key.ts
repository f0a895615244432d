import { idOfTableKey, recordIdOfDocumentKey, tables } from './layout.ts';

/** The names of collections and indexes by their numbers, as far as they are known. */
export interface TableNames {
  nameOfCollection(id: number): string | undefined;
  nameOfIndex(id: number): string | undefined;
}

const unknown: TableNames = { nameOfCollection: () => undefined, nameOfIndex: () => undefined };

/** What is stored under a key, in words that an operator understands. */
export function describeKey(key: Buffer, names: TableNames = unknown): string {
  switch (key[0]) {
    case tables.catalog:
      return 'a part of the catalog';
    case tables.documents: {
      const id = idOfTableKey(key);
      return `document ${recordIdOfDocumentKey(key)} of ${names.nameOfCollection(id) ?? `collection ${id}`}`;
    }
    case tables.index: {
      const id = idOfTableKey(key);
      return `an entry of the index ${names.nameOfIndex(id) ?? id}`;
    }
    case tables.retryRecord:
    case tables.retryResults:
      return 'a record of retryable writes';
    case tables.changes:
    case tables.changeHorizon:
      return 'a part of the log of changes';
    default:
      return 'a note on the data itself';
  }
}
