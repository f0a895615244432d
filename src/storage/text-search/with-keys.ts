import type { Filter } from 'mongodb';

/** The database looks up so many documents by a field sooner than it tests them one by one. */
const few = 2_000;

/** The filter, by the keys that a text search has found, which a field holds; as it is if they are not known, or too many. */
export const withKeys = <T>(
  filter: Filter<T>,
  field: 'fname' | '_id',
  keys: readonly string[] | null,
): Filter<T> =>
  keys && keys.length <= few ? ({ ...filter, [field]: { $in: [...keys] } } as Filter<T>) : filter;
