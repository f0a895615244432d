import type { Collection, Db, Document } from 'mongodb';
import type { IndexBuild } from './build-indexes.ts';

/** As long as a request may take: the server ends a query that nobody can be waiting for any more. */
const requestMs = 30_000;

/** As long as a query may take while it has to do without an index: many of them at once must not hold up the rest. */
const withoutIndexMs = 2_000;

/**
 * The same database, whose server ends every query that takes too long. For what requests ask for.
 * @param indexBuild tells which collections still lack indexes.
 */
export function limitReads(
  db: Db,
  { isBuilding }: Pick<IndexBuild, 'isBuilding'> = { isBuilding: () => false },
): Db {
  const collection = <T extends Document>(...args: Parameters<Db['collection']>): Collection<T> =>
    limited(db.collection<T>(...args), () => (isBuilding(args[0]) ? withoutIndexMs : requestMs));
  return Object.assign(Object.create(db) as Db, { collection });
}

type Reads = 'find' | 'findOne' | 'countDocuments' | 'distinct' | 'aggregate';

function limited<T extends Document>(whole: Collection<T>, maxTimeMs: () => number): Collection<T> {
  const reads = {
    find: (filter = {}, options = {}) => whole.find(filter, { maxTimeMS: maxTimeMs(), ...options }),
    findOne: (filter = {}, options = {}) => whole.findOne(filter, { maxTimeMS: maxTimeMs(), ...options }),
    countDocuments: (filter = {}, options = {}) =>
      whole.countDocuments(filter, { maxTimeMS: maxTimeMs(), ...options }),
    distinct: (key: string, filter = {}, options = {}) =>
      whole.distinct(key, filter, { maxTimeMS: maxTimeMs(), ...options }),
    aggregate: (pipeline: Document[] = [], options = {}) =>
      whole.aggregate(pipeline, { maxTimeMS: maxTimeMs(), ...options }),
  } as Pick<Collection<T>, Reads>;
  return Object.assign(Object.create(whole) as Collection<T>, reads);
}
