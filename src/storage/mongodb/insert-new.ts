import type { Collection, OptionalUnlessRequiredId } from 'mongodb';
import { isDuplicateKey } from './client.ts';

/** Inserts a document; false if a unique index, on `_id` or another field, already contains its key. */
export async function insertNew<T extends { readonly _id: string }>(
  collection: Collection<T>,
  document: T,
): Promise<boolean> {
  try {
    await collection.insertOne(document as OptionalUnlessRequiredId<T>);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}
