import type { Collection, Document, Filter, UpdateFilter, UpdateResult } from 'mongodb';

/**
 * Changes all documents that pass a filter. If the filter names one `_id`, that is the write of one document, which the
 * driver repeats if an election interrupts it.
 */
export const updateMatching = <T extends Document>(
  collection: Collection<T>,
  filter: Filter<T>,
  change: UpdateFilter<T> | Document[],
): Promise<UpdateResult<T>> =>
  typeof filter._id === 'string'
    ? collection.updateOne(filter, change)
    : collection.updateMany(filter, change);
