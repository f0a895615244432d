// Collections with a few documents, for stories about single operations.
import type { Collection, Document } from 'mongodb';
import type { TestDatabase } from './test-database.ts';

export interface Item extends Document {
  _id: number;
}

let collections = 0;

/** A new collection that holds these documents. */
export async function holding(
  database: TestDatabase,
  documents: readonly object[],
): Promise<Collection<Item>> {
  collections += 1;
  const items = database.client.db('d').collection<Item>(`items${collections}`);
  if (documents.length > 0) await items.insertMany(documents as Item[]);
  return items;
}

/** Documents numbered from 1 that hold these as `a`; nothing where it is undefined. */
export const each = (...values: unknown[]): object[] =>
  values.map((a, i) => (a === undefined ? { _id: i + 1 } : { _id: i + 1, a }));
