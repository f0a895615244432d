import type { Db } from 'mongodb';
import type { Logger } from '../../observability/logger.ts';
import { isDatabaseUnavailable } from './client.ts';
import {
  areBuilt,
  byCollection,
  createAtOnce,
  createTogether,
  dropFallbacks,
  dropReplaced,
  ensureIndex,
  isListed,
  listIndexes,
} from './ensure-indexes.ts';
import type { Index } from './index-definition.ts';
import { tellProgress } from './index-progress.ts';
import { pause } from './pause.ts';

/** Indexes of collections with more documents are built in the background. */
const fewDocuments = 1_000;

/**
 * How many indexes of a collection are built at a time: the server reads the documents once for all of them, but none
 * serves before all are built.
 */
const indexesAtATime = 5;

/** After so long the database may be back. */
const retryAfterMs = 1_000;

/** Which indexes stand while others are still being built. */
export interface IndexBuild {
  /** Whether the index stands and is unique. */
  isUnique(name: Index['name']): boolean;
  /** Whether indexes of the collection are missing, so that a query may have to read all of its documents. */
  isBuilding(collection: string): boolean;
  /** Whether indexes are being built, or are about to be. */
  isUnderWay(): boolean;
  /**
   * Builds the others, and drops those of earlier releases that they replace. Resolves when every index stands that can,
   * or soon after the build was stopped.
   */
  start(): Promise<void>;
}

export interface IndexBuildOptions {
  readonly logger: Logger;
  /** Stops the build. */
  readonly signal: AbortSignal;
  /** Is told how many indexes are missing, whenever that changes. */
  readonly onProgress: (missing: number) => void;
  /** With more documents, a collection is large. */
  readonly fewDocuments?: number;
}

/**
 * Builds the indexes that are missing, and returns as soon as the service can do its work: those of large collections,
 * which may take hours, are built once `start` is called, some at a time, and so are those that another instance, or an
 * earlier run, has begun. A unique one is waited for, unless claims take its place until it stands.
 */
export async function buildIndexes(
  db: Db,
  list: readonly Index[],
  options: IndexBuildOptions,
): Promise<IndexBuild> {
  const { logger, signal, fewDocuments: few = fewDocuments } = options;
  const unique = new Set<string>();
  const waiting = new Set<Index>();
  await byCollection(list, async (collection, indexes) => {
    const listed = await listIndexes(db, collection);
    const found = indexes.filter((index) => isListed(index, listed));
    const isDone = await areBuilt(db, collection, found);
    const missing = isDone ? indexes.filter((index) => !found.includes(index)) : indexes;
    if (isDone) for (const { name } of found) unique.add(name);
    const isLarge = async () => (await db.collection(collection).estimatedDocumentCount()) > few;
    const mayTakeLong = !isDone || (missing.length > 0 && (await isLarge()));
    const [later, now] = mayTakeLong ? partition(missing, canWait) : [[], missing];
    for (const index of later) waiting.add(index);
    for (const name of await createTogether(db, now, logger)) unique.add(name);
    const standing = indexes.filter(({ name }) => unique.has(name));
    await dropFallbacks(db, standing, listed);
  });
  // Collections were looked at in no certain order.
  const [first, others] = partition(
    list.filter((index) => waiting.has(index)),
    isBuiltFirst,
  );
  const later = new Set([...first, ...others]);
  let isUnderWay = later.size > 0;
  const build = async (group: readonly Index[]): Promise<void> => {
    const [first, ...others] = group;
    if (others.length > 0) await createAtOnce(db, group);
    else if (first && !(await ensureIndex(db, first, logger))) return;
    for (const { name } of group) unique.add(name);
  };
  return {
    isUnique: (name) => unique.has(name),
    isBuilding: (collection) => [...later].some((index) => index.collection === collection),
    isUnderWay: () => isUnderWay,
    async start() {
      await buildLater(later, { ...options, build, db });
      isUnderWay = false;
      await dropOld(
        db,
        list.filter(({ name }) => unique.has(name)),
        { logger, signal },
      );
    },
  };
}

const partition = <T>(all: readonly T[], holds: (each: T) => boolean): [T[], T[]] => [
  all.filter(holds),
  all.filter((each) => !holds(each)),
];

const isBuiltFirst = (index: Index): boolean => index.isBuiltFirst === true;

const canWait = ({ options, isClaimed }: Index): boolean => !options?.unique || isClaimed === true;

interface LaterOptions extends Pick<IndexBuildOptions, 'logger' | 'signal' | 'onProgress'> {
  readonly db: Db;
  /** Builds all of them or none. */
  readonly build: (group: readonly Index[]) => Promise<void>;
}

/** Builds the indexes in their order, and takes each out of the set once it stands. */
async function buildLater(later: Set<Index>, options: LaterOptions): Promise<void> {
  options.onProgress(later.size);
  for (const group of groupsOf([...later])) await buildGroup(later, group, options);
}

/** Neighbours that belong to one collection, some at a time; those that are built first are together. */
function groupsOf(list: readonly Index[]): readonly (readonly Index[])[] {
  const groups: Index[][] = [];
  for (const index of list) {
    const last = groups.at(-1);
    if (last && last.length < indexesAtATime && isLikewise(last[0], index)) last.push(index);
    else groups.push([index]);
  }
  return groups;
}

const isLikewise = (one: Index | undefined, other: Index): boolean =>
  one?.collection === other.collection && isBuiltFirst(one) === isBuiltFirst(other);

/** Builds some indexes of one collection together or, if one of them is in the way, each alone. */
async function buildGroup(later: Set<Index>, group: readonly Index[], options: LaterOptions): Promise<void> {
  const { build, db, logger, signal, onProgress } = options;
  const [first] = group;
  if (signal.aborted || !first) return;
  const about = { collection: first.collection, indexes: group.map(({ name }) => name) };
  logger.info({ ...about, left: later.size }, 'indexes are being built');
  const startedAt = performance.now();
  try {
    const work = whenAvailable(() => build(group), signal);
    await tellProgress(work, { db, collection: first.collection, signal }, (progress) =>
      logger.info({ ...about, ...progress }, 'indexes are still being built'),
    );
  } catch (error) {
    if (signal.aborted) return;
    if (group.length > 1) {
      logger.warn({ err: error, ...about }, 'indexes cannot be built together; each is built alone');
      for (const index of group) await buildGroup(later, [index], options);
    } else {
      logger.error({ err: error, ...about }, 'an index cannot be built; the next start tries again');
    }
    return;
  }
  for (const index of group) later.delete(index);
  onProgress(later.size);
  const ms = Math.round(performance.now() - startedAt);
  logger.info({ ...about, ms, left: later.size }, 'indexes were built');
}

/** Drops the indexes in whose place others stand now, which MongoDB before 5.2 refuses while another one is built. */
async function dropOld(
  db: Db,
  standing: readonly Index[],
  { logger, signal }: Pick<IndexBuildOptions, 'logger' | 'signal'>,
): Promise<void> {
  try {
    await whenAvailable(() => dropReplaced(db, standing), signal);
  } catch (error) {
    if (signal.aborted) return;
    logger.warn(
      { err: error },
      'indexes of an earlier release cannot be dropped; the next start tries again',
    );
  }
}

/** Repeats the work for as long as the database is away. */
async function whenAvailable(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !isDatabaseUnavailable(error)) throw error;
      await pause(retryAfterMs, signal);
    }
  }
}
