import type { Collection, Document, Filter } from 'mongodb';

/**
 * Is told by a store what it wrote to its collection, once the database has acknowledged it, and announces it. What a
 * store does not tell, because the process or the answer was lost on the way, the feed finds in the database.
 */
export interface Written {
  /** A document that was not there before, as it is stored. */
  added(document: { readonly _id: string }): void;
  /** Documents that were changed, or deleted. */
  changed(...ids: readonly string[]): void;
  /** Whatever the filter finds now, after a change that does not tell which documents it met. */
  changedWhere(filter: Document): void;
  /** Documents that were deleted, with the room that they belonged to. */
  removed(documents: readonly RemovedDocument[]): void;
}

/** What is remembered of a document that is deleted. */
export interface RemovedDocument {
  readonly _id: string;
  readonly rid?: string;
}

/**
 * Deletes the documents that a filter finds, and tells of each. One that comes to match in the meantime stays: who wrote
 * it looks after it.
 * @returns how many were deleted.
 */
export async function deleteAndTell<T extends RemovedDocument>(
  collection: Collection<T>,
  filter: Filter<T>,
  written: Written,
): Promise<number> {
  const found = await collection.find<RemovedDocument>(filter, { projection: { _id: 1, rid: 1 } }).toArray();
  if (found.length === 0) return 0;
  const these = { _id: { $in: found.map(({ _id }) => _id) } } as Filter<T>;
  const { deletedCount } = await collection.deleteMany({ $and: [these, filter] } as Filter<T>);
  written.removed(found);
  return deletedCount;
}
