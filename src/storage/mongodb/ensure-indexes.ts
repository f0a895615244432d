import { type Db, type IndexDescription, type IndexDescriptionInfo, MongoServerError } from 'mongodb';
import type { Logger } from '../../observability/logger.ts';
import { isDuplicateKey } from './client.ts';
import type { Index, IndexName } from './index-definition.ts';

/** MongoDB's codes for an index whose key is already indexed, under another name or with other options. */
const conflictCodes = new Set([85, 86]);
/** A sharded collection has no unique index, unless the shard key is the beginning of its key. */
const cannotCreateCodes = new Set([67]);
const notFoundCodes = new Set([26, 27]);
const tookTooLongCodes = new Set([50]);
const hasCode = (error: unknown, codes: ReadonlySet<number>): boolean =>
  error instanceof MongoServerError && codes.has(Number(error.code));

/** More would wait for connections that are still being opened, and a start on a busy machine would fail. */
const collectionsAtATime = 4;

/** What a collection lists of its indexes, by their names. */
export type ListedIndexes = ReadonlyMap<string, IndexDescriptionInfo>;

/** Works on the indexes of each collection, several collections at a time. */
export async function byCollection<T extends IndexName>(
  list: readonly T[],
  work: (collection: string, indexes: readonly T[]) => Promise<void>,
): Promise<void> {
  const waiting = new Set(list.map(({ collection }) => collection));
  const worker = async () => {
    for (const collection of waiting) {
      waiting.delete(collection);
      await work(
        collection,
        list.filter((each) => each.collection === collection),
      );
    }
  };
  await Promise.all(Array.from({ length: collectionsAtATime }, worker));
}

/** A collection's indexes; none if there is no such collection. */
export async function listIndexes(db: Db, collection: string): Promise<ListedIndexes> {
  try {
    const found = await db.collection(collection).indexes();
    return new Map(found.map((index) => [String(index.name), index]));
  } catch (error) {
    if (hasCode(error, notFoundCodes)) return new Map();
    throw error;
  }
}

/** Whether an index is listed, as unique as it ought to be; MongoDB also lists one that it is still building. */
export function isListed({ name, key, options }: Index, listed: ListedIndexes): boolean {
  const found = listed.get(name);
  if (!found || !options?.unique) return found !== undefined;
  return found.unique === true && isSameKey(found, key);
}

const isSameKey = (found: IndexDescriptionInfo, key: Index['key']): boolean =>
  JSON.stringify(found.key) === JSON.stringify(key);

/** What is there already is confirmed faster. */
const confirmedWithinMs = 1_000;

/** Whether indexes that a collection lists also stand: MongoDB lists one from the moment that it begins to build it. */
export async function areBuilt(db: Db, collection: string, listed: readonly Index[]): Promise<boolean> {
  if (listed.length === 0) return true;
  try {
    // Creating one again waits for it.
    const limit = { maxTimeMS: confirmedWithinMs };
    await db.collection(collection).createIndexes(listed.map(specificationOf), limit);
    return true;
  } catch (error) {
    return !hasCode(error, tookTooLongCodes);
  }
}

const specificationOf = ({ name, key, options }: Index): IndexDescription => ({ ...options, name, key });

/** The plain index that serves where documents keep a unique one from being built. */
const fallbackOf = (index: Index): Index => ({
  ...index,
  name: `${index.name}_not_unique`,
  options: { ...index.options, unique: false },
});

/** Creates indexes of one collection in one go: all of them, or none if the database objects to any. */
export async function createAtOnce(db: Db, indexes: readonly Index[]): Promise<void> {
  const [first] = indexes;
  if (first) await db.collection(first.collection).createIndexes(indexes.map(specificationOf));
}

/**
 * Creates indexes of one collection in one go, or one by one if the database objects to any of them.
 * @returns the names of those that are as unique as they ought to be.
 */
export async function createTogether(
  db: Db,
  indexes: readonly Index[],
  logger: Logger,
): Promise<ReadonlySet<string>> {
  try {
    await createAtOnce(db, indexes);
  } catch (error) {
    if (!(error instanceof MongoServerError)) throw error;
    const unique = new Set<string>();
    for (const index of indexes) if (await ensureIndex(db, index, logger)) unique.add(index.name);
    return unique;
  }
  return new Set(indexes.map(({ name }) => name));
}

/** Drops the plain indexes of which a collection has the unique ones now. */
export async function dropFallbacks(db: Db, unique: readonly Index[], listed: ListedIndexes): Promise<void> {
  for (const fallback of unique.map(fallbackOf))
    if (listed.has(fallback.name)) await dropIfThere(db, fallback);
}

/** Drops the indexes in whose place others stand now. */
export async function dropReplaced(db: Db, standing: readonly Index[]): Promise<void> {
  for (const { collection, name, replaces } of standing) {
    if (replaces === undefined) continue;
    const listed = await listIndexes(db, collection);
    // MongoDB before 5.0 keeps no two indexes on one key: then the one that is there serves.
    if (listed.has(name) && listed.has(replaces)) await dropIfThere(db, { collection, name: replaces });
  }
}

/**
 * Creates an index if it is missing. Documents are never touched: if an existing database contains duplicates of what
 * ought to be unique, they are reported and the index is built without uniqueness, so that its queries are served all
 * the same; so it is if a sharded cluster refuses it. The next start tries again.
 * @returns whether the index is as unique as it ought to be.
 */
export async function ensureIndex(db: Db, index: Index, logger: Logger): Promise<boolean> {
  if (!index.options?.unique) {
    await create(db, index);
    return true;
  }
  const fallback = fallbackOf(index);
  try {
    const unique = (await create(db, index)) || (await hasUniqueIndex(db, index));
    if (unique) await dropIfThere(db, fallback);
    else logger.warn({ index: index.name }, besideAnother(index));
    return unique;
  } catch (error) {
    const isSharded = hasCode(error, cannotCreateCodes);
    if (!isSharded && !isDuplicateKey(error)) throw error;
    const about = { collection: index.collection, index: index.name };
    if (!isSharded) logger.warn(about, 'duplicates keep this index from being unique');
    else if (index.isClaimed) logger.info(about, 'claims take the place of a unique index');
    else
      logger.warn(about, 'this index cannot be unique in a sharded collection, and nothing takes its place');
    await create(db, fallback);
    return false;
  }
}

/** What is to be done about an index that MongoDB before 5.0 does not keep beside another one on the same key. */
const besideAnother = ({ isClaimed }: Index): string =>
  isClaimed
    ? 'another index on the same key keeps this one from being unique; claims take its place, until MongoDB is 5.0'
    : 'another index on the same key keeps this one from being unique: drop that one, or update MongoDB to 5.0';

/** @returns false if the key is already indexed; that index serves instead. */
async function create(db: Db, { collection, name, key, options = {} }: Index): Promise<boolean> {
  try {
    await db.collection(collection).createIndex(key, { ...options, name });
    return true;
  } catch (error) {
    if (hasCode(error, conflictCodes)) return false;
    throw error;
  }
}

async function hasUniqueIndex(db: Db, { collection, key }: Index): Promise<boolean> {
  const listed = await listIndexes(db, collection);
  return [...listed.values()].some((each) => each.unique === true && isSameKey(each, key));
}

/** Drops indexes that nothing needs any more, where they still exist. */
export const dropIndexes = (db: Db, names: readonly IndexName[]): Promise<void> =>
  byCollection(names, async (collection, ofCollection) => {
    const listed = await listIndexes(db, collection);
    for (const each of ofCollection) if (listed.has(each.name)) await dropIfThere(db, each);
  });

/** Drops collections that nothing needs any more, where they still exist. */
export async function dropCollections(db: Db, names: readonly string[]): Promise<void> {
  const found = await db.listCollections({ name: { $in: [...names] } }, { nameOnly: true }).toArray();
  for (const { name } of found) await unlessGone(() => db.dropCollection(name));
}

const dropIfThere = (db: Db, { collection, name }: IndexName): Promise<void> =>
  unlessGone(() => db.collection(collection).dropIndex(name));

async function unlessGone(drop: () => Promise<unknown>): Promise<void> {
  try {
    await drop();
  } catch (error) {
    if (!hasCode(error, notFoundCodes)) throw error;
  }
}
