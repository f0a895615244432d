import type { CreateIndexesOptions, Db, IndexSpecification } from 'mongodb';
import type { Logger } from '../observability/logger.ts';
import { isDuplicateKey } from './client.ts';

/**
 * An index of Foyer's own. Names begin with `foyer_`, so that Rocket.Chat's indexes on the same collection are
 * never replaced; where Rocket.Chat has one with the same key already, that one serves.
 */
export interface Index {
  readonly collection: string;
  readonly name: `foyer_${string}`;
  readonly key: Exclude<IndexSpecification, string>;
  readonly options?: Pick<
    CreateIndexesOptions,
    'unique' | 'sparse' | 'partialFilterExpression' | 'expireAfterSeconds'
  >;
  /** The query or the uniqueness that the index is for. */
  readonly serves: string;
}

/** Every index that the service's queries rely on, by collection. */
export const indexes: readonly Index[] = [
  {
    collection: 'users',
    name: 'foyer_login_token',
    key: { 'services.resume.loginTokens.hashedToken': 1 },
    options: { sparse: true },
    serves: 'the user of a token header',
  },
];

/** MongoDB's codes for an index that exists already under another name or with other options. */
const alreadyThere = new Set([85, 86]);

/** Building an index of a large collection takes as long as it takes; only requests are in a hurry. */
const noTimeLimit = { timeoutMS: 0 };

/**
 * Creates what is missing. Documents are never touched: where an existing database holds duplicates of what ought to
 * be unique, that is reported, and the index is built without uniqueness so that queries stay served.
 * @returns the names of the indexes that could not be made unique.
 */
export async function ensureIndexes(db: Db, logger: Logger): Promise<ReadonlySet<string>> {
  const notUnique = new Set<string>();
  for (const index of indexes) {
    if (!(await ensureIndex(db, index, logger))) notUnique.add(index.name);
  }
  return notUnique;
}

async function ensureIndex(db: Db, index: Index, logger: Logger): Promise<boolean> {
  const { collection, name, key, options = {} } = index;
  try {
    await db.collection(collection, noTimeLimit).createIndex(key, { ...options, name });
    return true;
  } catch (error) {
    if (isDuplicateKey(error) && options.unique) {
      logger.warn(
        { collection, index: name },
        'duplicates keep an index from being unique; it is built without',
      );
      const { unique: _, ...rest } = options;
      await db.collection(collection, noTimeLimit).createIndex(key, { ...rest, name });
      return false;
    }
    if (error instanceof Error && 'code' in error && alreadyThere.has(Number(error.code))) {
      logger.debug({ collection, index: name }, 'an index with this key exists already');
      return true;
    }
    throw error;
  }
}
