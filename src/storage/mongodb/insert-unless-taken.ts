import type { Collection, OptionalUnlessRequiredId } from 'mongodb';
import { bulkFailures } from './bulk-failures.ts';
import { isDuplicateKey } from './client.ts';

/**
 * Inserts documents in one command; those whose key a unique index already contains are left out.
 * @returns the documents that were left out.
 * @throws the error of a document that failed for another reason.
 */
export async function insertUnlessTaken<T extends { readonly _id: string }>(
  collection: Collection<T>,
  documents: readonly T[],
): Promise<T[]> {
  if (documents.length === 0) return [];
  try {
    await collection.insertMany(documents as readonly OptionalUnlessRequiredId<T>[], { ordered: false });
    return [];
  } catch (error) {
    const failures = bulkFailures(error);
    const fault = [...failures.values()].find((failure) => !isDuplicateKey(failure));
    if (fault) throw fault;
    return documents.filter((_, index) => failures.has(index));
  }
}
