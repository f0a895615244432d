import type { Collection, Db, Document } from 'mongodb';

/** As long as a request may take: the server ends a query that nobody can be waiting for any more. */
const maxTimeMS = 30_000;

/** The same database, whose server ends every query that takes too long. For what requests ask for. */
export function limitReads(db: Db): Db {
  const collection = <T extends Document>(...args: Parameters<Db['collection']>): Collection<T> =>
    limited(db.collection<T>(...args));
  return Object.assign(Object.create(db) as Db, { collection });
}

type Reads = 'find' | 'findOne' | 'countDocuments' | 'distinct' | 'aggregate';

function limited<T extends Document>(whole: Collection<T>): Collection<T> {
  const reads = {
    find: (filter = {}, options = {}) => whole.find(filter, { maxTimeMS, ...options }),
    findOne: (filter = {}, options = {}) => whole.findOne(filter, { maxTimeMS, ...options }),
    countDocuments: (filter = {}, options = {}) => whole.countDocuments(filter, { maxTimeMS, ...options }),
    distinct: (key: string, filter = {}, options = {}) =>
      whole.distinct(key, filter, { maxTimeMS, ...options }),
    aggregate: (pipeline: Document[] = [], options = {}) =>
      whole.aggregate(pipeline, { maxTimeMS, ...options }),
  } as Pick<Collection<T>, Reads>;
  return Object.assign(Object.create(whole) as Collection<T>, reads);
}
