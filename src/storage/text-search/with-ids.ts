import type { Document, Filter } from 'mongodb';

/** The database looks up so many documents by their ids sooner than it tests them one by one. */
const few = 2_000;

/** The filter, by the ids that a text search has found; as it is if they are not known, or too many. */
export const withIds = <T extends Document>(filter: Filter<T>, ids: readonly string[] | null): Filter<T> =>
  ids && ids.length <= few ? ({ ...filter, _id: { $in: [...ids] } } as Filter<T>) : filter;
