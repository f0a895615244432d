import type {
  Collection,
  Db,
  DeleteOptions,
  Document,
  Filter,
  FindOneAndDeleteOptions,
  FindOneAndUpdateOptions,
  UpdateFilter,
  UpdateOptions,
} from 'mongodb';
import type { IndexBuild } from './build-indexes.ts';
import { repeatInterrupted } from './repeat-interrupted.ts';

/** As long as a request may take: the server ends a query that nobody can be waiting for any more. */
const requestMs = 30_000;

/** As long as an operation may take while it has to do without an index: many of them at once must not hold up the rest. */
const withoutIndexMs = 2_000;

/**
 * The same database for what requests ask for: the server ends every query that takes too long, and every write that
 * looks for its documents without an index; and a write of several documents that an election interrupts is sent again.
 * @param indexBuild tells which collections still lack indexes.
 */
export function requestDatabase(
  db: Db,
  { isBuilding }: Pick<IndexBuild, 'isBuilding'> = { isBuilding: () => false },
): Db {
  const collection = <T extends Document>(...args: Parameters<Db['collection']>): Collection<T> => {
    const whole = db.collection<T>(...args);
    const lacksIndexes = () => isBuilding(args[0]);
    return Object.assign(Object.create(whole) as Collection<T>, {
      ...limitedReads(whole, lacksIndexes),
      ...limitedWrites(whole, lacksIndexes),
    });
  };
  return Object.assign(Object.create(db) as Db, { collection });
}

type Reads = 'find' | 'findOne' | 'countDocuments' | 'aggregate';

function limitedReads<T extends Document>(
  whole: Collection<T>,
  lacksIndexes: () => boolean,
): Pick<Collection<T>, Reads> {
  const limit = () => ({ maxTimeMS: lacksIndexes() ? withoutIndexMs : requestMs });
  return {
    find: (filter = {}, options = {}) => whole.find(filter, { ...limit(), ...options }),
    findOne: (filter = {}, options = {}) => whole.findOne(filter, { ...limit(), ...options }),
    countDocuments: (filter = {}, options = {}) => whole.countDocuments(filter, { ...limit(), ...options }),
    aggregate: (pipeline: Document[] = [], options = {}) =>
      whole.aggregate(pipeline, { ...limit(), ...options }),
  } as Pick<Collection<T>, Reads>;
}

type Writes =
  | 'updateOne'
  | 'updateMany'
  | 'deleteOne'
  | 'deleteMany'
  | 'findOneAndUpdate'
  | 'findOneAndDelete';

/** What names its documents needs no other index. A write of several that is ended may have written some of them. */
function limitedWrites<T extends Document>(
  whole: Collection<T>,
  lacksIndexes: () => boolean,
): Pick<Collection<T>, Writes> {
  const limit = (filter: Filter<T>) =>
    '_id' in filter || !lacksIndexes() ? {} : { maxTimeMS: withoutIndexMs };
  return {
    updateOne: (filter: Filter<T>, change: UpdateFilter<T>, options: UpdateOptions = {}) =>
      whole.updateOne(filter, change, { ...limit(filter), ...options }),
    updateMany: (filter: Filter<T>, change: UpdateFilter<T>, options: UpdateOptions = {}) =>
      repeatInterrupted(() => whole.updateMany(filter, change, { ...limit(filter), ...options })),
    deleteOne: (filter: Filter<T>, options: DeleteOptions = {}) =>
      whole.deleteOne(filter, { ...limit(filter), ...options }),
    deleteMany: (filter: Filter<T>, options: DeleteOptions = {}) =>
      repeatInterrupted(() => whole.deleteMany(filter, { ...limit(filter), ...options })),
    findOneAndUpdate: (filter: Filter<T>, change: UpdateFilter<T>, options: FindOneAndUpdateOptions = {}) =>
      whole.findOneAndUpdate(filter, change, { ...limit(filter), ...options }),
    findOneAndDelete: (filter: Filter<T>, options: FindOneAndDeleteOptions = {}) =>
      whole.findOneAndDelete(filter, { ...limit(filter), ...options }),
  } as Pick<Collection<T>, Writes>;
}
