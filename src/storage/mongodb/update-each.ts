import type { AnyBulkWriteOperation, Collection, Document, Filter } from 'mongodb';

type Stored = { readonly _id: string };
type Options = { readonly arrayFilters?: Document[] };

/**
 * Changes all documents that pass a filter, each by its `_id`. Unlike the update of many documents in one write, the
 * driver repeats these writes if an election interrupts them, even those that add something up. A document that comes
 * to pass the filter in the meantime stays as it is: whoever wrote it takes care of it.
 * @returns the `_id`s of the documents that passed; none if the change made no difference to any of them.
 */
export async function updateEach<T extends Stored>(
  collection: Collection<T>,
  filter: Filter<T>,
  change: Document | Document[],
  options: Options = {},
): Promise<string[]> {
  const found = await collection.find<Stored>(filter, { projection: { _id: 1 } }).toArray();
  const ids = found.map(({ _id }) => _id);
  return (await updateByIds(collection, ids, change, filter, options)) ? ids : [];
}

/**
 * Changes the documents that have these `_id`s and pass a filter, in one bulk write.
 * @returns whether it made a difference to any of them.
 */
export async function updateByIds<T extends Stored>(
  collection: Collection<T>,
  ids: readonly string[],
  change: Document | Document[],
  only: Filter<T> = {},
  options: Options = {},
): Promise<boolean> {
  if (ids.length === 0) return false;
  const updates = ids.map((_id) => ({
    updateOne: { filter: { ...only, _id }, update: change, ...options },
  }));
  const written = await collection.bulkWrite(updates as AnyBulkWriteOperation<T>[], { ordered: false });
  return written.modifiedCount > 0;
}
