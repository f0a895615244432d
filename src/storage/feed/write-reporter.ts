import type { AnyBulkWriteOperation, Collection, Document, Filter } from 'mongodb';

/**
 * A store calls this about its writes to its collection, once the database has acknowledged them, so that they are
 * announced. What a store does not report, because the process or the answer was lost, the feed finds in the
 * database.
 */
export interface WriteReporter {
  /** New documents, as stored. */
  added(...documents: readonly { readonly _id: string }[]): void;
  /** Documents that were changed, or deleted. */
  changed(...ids: readonly string[]): void;
  /** All documents that match the filter now, after a change that does not tell which documents it affected. */
  changedWhere(filter: Document): void;
  /** Documents that were deleted, with the room that they belonged to. */
  removed(documents: readonly RemovedDocument[]): void;
}

/** What is known about a deleted document. */
export interface RemovedDocument {
  readonly _id: string;
  readonly rid?: string;
}

/**
 * Deletes the documents that match a filter, each by its `_id`, and reports them. A document that comes to match in
 * the meantime stays: whoever wrote it takes care of it.
 * @returns how many were deleted.
 */
export async function deleteAndReport<T extends RemovedDocument>(
  collection: Collection<T>,
  filter: Filter<T>,
  reporter: WriteReporter,
): Promise<number> {
  const found = await collection.find<RemovedDocument>(filter, { projection: { _id: 1, rid: 1 } }).toArray();
  if (found.length === 0) return 0;
  const deletions = found.map(({ _id }) => ({ deleteOne: { filter: { $and: [{ _id }, filter] } } }));
  const { deletedCount } = await collection.bulkWrite(deletions as AnyBulkWriteOperation<T>[], {
    ordered: false,
  });
  reporter.removed(found);
  return deletedCount;
}

/**
 * Changes the document with an id that also matches a filter, and reports it.
 * @returns false if nothing changed.
 */
export async function updateAndReport<T extends { readonly _id: string }>(
  collection: Collection<T>,
  filter: Filter<T> & { readonly _id: string },
  change: Document | Document[],
  reporter: WriteReporter,
): Promise<boolean> {
  const { modifiedCount } = await collection.updateOne(filter, change);
  if (modifiedCount > 0) reporter.changed(filter._id);
  return modifiedCount > 0;
}
