import type { Collection, Document, Filter } from 'mongodb';

/**
 * The different values of a field in the documents that pass a filter. On a sharded collection MongoDB's `distinct` may
 * also give those of documents that a shard has handed over to another one and not cleared away yet.
 */
export async function distinctValues<T extends Document>(
  collection: Collection<T>,
  field: string,
  filter: Filter<T>,
  signal?: AbortSignal,
): Promise<unknown[]> {
  const groups = collection.aggregate<{ _id: unknown }>(
    [{ $match: filter }, { $group: { _id: `$${field}` } }],
    { signal },
  );
  return (await groups.toArray()).map(({ _id }) => _id);
}
