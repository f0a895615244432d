import type { Collection, Document, Filter, Sort, UpdateFilter, WithId } from 'mongodb';

/** So often may others change the first document in between. */
const maxAttempts = 100;

/**
 * Changes the first document, in the given order, that passes a filter. If it does not pass any more then, each of
 * several callers at once gets another one. A sharded cluster changes one document only if the write says which, and
 * MongoDB would go on in an order that others have changed meanwhile; so it is found first, and changed by its `_id`.
 * @returns the document as it is then; null if there is none.
 */
export async function updateFirst<T extends Document>(
  collection: Collection<T>,
  filter: Filter<T>,
  change: UpdateFilter<T>,
  sort: Sort = {},
): Promise<WithId<T> | null> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const first = await collection.findOne(filter, { sort, projection: { _id: 1 } });
    if (first === null) return null;
    const one = { ...filter, _id: first._id } as Filter<T>;
    const changed = await collection.findOneAndUpdate(one, change, { returnDocument: 'after' });
    if (changed !== null) return changed;
  }
  return null;
}
