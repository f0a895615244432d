import { type Db, MongoServerError } from 'mongodb';
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

/** Works on the indexes of each collection, several collections at a time. */
export async function byCollection(
  list: readonly Index[],
  work: (collection: string, indexes: readonly Index[]) => Promise<void>,
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

/** The names of a collection's indexes; none if there is no such collection. */
export async function existingIndexes(db: Db, collection: string): Promise<ReadonlySet<string>> {
  try {
    const found = await db.collection(collection).indexes();
    return new Set(found.map(({ name }) => name).filter((name) => name !== undefined));
  } catch (error) {
    if (hasCode(error, notFoundCodes)) return new Set();
    throw error;
  }
}

/** What is there already is confirmed faster. */
const confirmedWithinMs = 1_000;

/** Whether indexes that a collection lists also stand: MongoDB lists one from the moment that it begins to build it. */
export async function areBuilt(db: Db, collection: string, listed: readonly Index[]): Promise<boolean> {
  if (listed.length === 0) return true;
  const specifications = listed.map(({ name, key, options }) => ({ ...options, name, key }));
  try {
    // Creating one again waits for it.
    await db.collection(collection).createIndexes(specifications, { maxTimeMS: confirmedWithinMs });
    return true;
  } catch (error) {
    return !hasCode(error, tookTooLongCodes);
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
  const fallback = {
    ...index,
    name: `${index.name}_not_unique`,
    options: { ...index.options, unique: false },
  } as const;
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
  const existing = await db.collection(collection).indexes();
  return existing.some((each) => each.unique === true && JSON.stringify(each.key) === JSON.stringify(key));
}

/** Drops indexes that nothing needs any more, where they still exist. */
export async function dropIndexes(db: Db, names: readonly IndexName[]): Promise<void> {
  for (const each of names) await dropIfThere(db, each);
}

/** Drops collections that nothing needs any more, where they still exist. */
export async function dropCollections(db: Db, names: readonly string[]): Promise<void> {
  for (const name of names) await unlessGone(() => db.dropCollection(name));
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
