import type { Db, Document } from 'mongodb';
import { pause } from './pause.ts';

/** How far the server is with building indexes of a collection. */
export interface IndexProgress {
  /** What it does at the moment, in its own words. */
  readonly step: string;
  /** How much of that step is done, in percent. */
  readonly percent: number;
}

/** A build that is watched, until the signal aborts. */
export interface WatchedBuild {
  readonly db: Db;
  readonly collection: string;
  readonly signal: AbortSignal;
  /** How often it is told how far the build is. */
  readonly everyMs?: number;
}

const defaultEveryMs = 10_000;

/** Waits for a build, and tells now and then how far it is; nothing, if the server does not say. */
export async function tellProgress(
  build: Promise<void>,
  { db, collection, signal, everyMs = defaultEveryMs }: WatchedBuild,
  tell: (progress: IndexProgress | undefined) => void,
): Promise<void> {
  const ended = new AbortController();
  const done = AbortSignal.any([ended.signal, signal]);
  const watch = async (): Promise<void> => {
    for (;;) {
      await pause(everyMs, done);
      if (done.aborted) return;
      const progress = await readIndexProgress(db, collection);
      if (!done.aborted) tell(progress);
    }
  };
  void watch();
  try {
    await build;
  } finally {
    ended.abort();
  }
}

/** What is only told to people need not be waited for longer. */
const maxTimeMS = 1_000;

/**
 * How far the server is with building indexes of a collection, as its `currentOp` tells; the shards of a cluster
 * together. Undefined if it does not tell, as where the account has no right to see it.
 */
async function readIndexProgress(db: Db, collection: string): Promise<IndexProgress | undefined> {
  try {
    const ofCollection = { 'command.createIndexes': collection, 'command.$db': db.databaseName };
    const asked = { currentOp: 1, ...ofCollection, progress: { $exists: true }, maxTimeMS };
    const { inprog } = await db.admin().command(asked);
    return progressOf(inprog);
  } catch {
    return undefined;
  }
}

/** MongoDB says it twice: `Index Build: scanning collection Index Build: scanning collection: 1/4 25%`. */
const stepOf = (message: string): string =>
  /^Index Build: (.*?)(?: Index Build: .*)?$/.exec(message)?.[1] ?? message;

function progressOf(operations: readonly Document[]): IndexProgress | undefined {
  const [first] = operations;
  const sum = (part: 'done' | 'total'): number =>
    operations.reduce((all, { progress }) => all + Number(progress[part]), 0);
  const total = sum('total');
  if (!first || !(total > 0)) return undefined;
  return { step: stepOf(String(first.msg)), percent: Math.round((100 * sum('done')) / total) };
}
