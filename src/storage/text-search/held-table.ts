import type { Collection, Filter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { SortOrder } from '../../domain/paging.ts';
import { sharedRead } from '../../domain/shared-read.ts';
import { inPatientSlices, inSlices } from '../memory-table/time-slices.ts';
import { isDatabaseUnavailable } from '../mongodb/client.ts';
import { createDatePass, type DatedDocument } from '../mongodb/date-pass.ts';
import { pause } from '../mongodb/pause.ts';
import { decoded, findUndecoded } from '../mongodb/undecoded.ts';
import { type FollowingTiming, overlapMs } from '../mongodb/watermark.ts';
import { within } from '../mongodb/within.ts';

/** What documents of a collection are found by, in memory. */
export interface MemoryTable<T> {
  /** How much memory it takes. */
  readonly bytes: number;
  /** Takes in a document as it is now. */
  put(document: T): void;
  /** Is told that there is no such document any more. */
  remove(id: string): void;
  /** Keeps sorting quick where many documents have been taken in. It yields whenever others may get their turn. */
  renewRanks?(): Generator<void>;
}

/** Which documents to read into a table. */
export interface TableKind<T, Table extends MemoryTable<T>> {
  /** Those that are read, and in which order; an index has to provide it, and it may not change in a document. */
  readonly filter: Filter<T>;
  readonly sort: SortOrder;
  /** The fields of a document that the table takes in. */
  readonly fields: readonly string[];
  make(): Table;
}

/** A table as it is now. */
export interface Held<Table> {
  readonly table: Table;
  /**
   * Whether all documents are in it, as they were when it was asked for. Otherwise those are that have been read so far,
   * which may have changed since; or all would take too much memory, and those are that come first.
   */
  readonly isWhole: boolean;
}

/** A table of documents of a collection, for as long as somebody asks for it. */
export interface HeldTable<Table> {
  /** Begins to read the documents, unless that has been done. */
  begin(): void;
  /** Milliseconds since reading began; 0 if it has not. */
  readonly readingForMs: number;
  /**
   * The table; null if reading has not begun, or the documents cannot be read.
   * @param waitMs how long since reading began to wait until it is whole; later ones would mostly wait in vain.
   * @param signal aborts when nobody waits for it any more.
   */
  get(waitMs: number, signal: AbortSignal): Promise<Held<Table> | null>;
  /** Reads documents again, whose rows turned out not to be right. */
  refresh(ids: readonly string[]): Promise<void>;
  /** Gives the memory back, until reading begins again. */
  forget(): void;
}

export interface HeldTableTiming extends FollowingTiming {
  /** For how long after reading began a search waits until all documents have been read. */
  readonly readTimeoutMs: number;
  /** A table that nobody has asked for so long is given up. */
  readonly keptMs: number;
}

export const heldTableTiming = (now: Clock, readTimeoutMs: number): HeldTableTiming => ({
  now,
  elapsedMs: () => performance.now(),
  readTimeoutMs,
  keptMs: 60 * 60_000,
});

/** The database reads so many at once, while others wait for it. */
const batchSize = 250;
/** After so long, the database may be there again. */
const retryMs = 500;
/** A table takes in no more documents: these are some seven million rooms, of which the newest are read first. */
const mostBytes = 512 * 1024 * 1024;

interface Generation<Table> {
  readonly table: Table;
  /** By the monotonic clock. */
  readonly beganAtMs: number;
  /** Takes in the documents that were written since the last call, or since the table was begun. */
  catchUp(): Promise<void>;
  refresh(ids: readonly string[]): Promise<void>;
  /** Resolves when no more documents are to be read, to whether these are all. */
  readonly isRead: Promise<boolean>;
  /** Ends the reading. */
  stop(): void;
}

/** Reads documents into a table when told to, and keeps it for as long as somebody asks for it. */
export function createHeldTable<T extends DatedDocument, Table extends MemoryTable<T>>(
  documents: Collection<T>,
  kind: TableKind<T, Table>,
  time: HeldTableTiming,
): HeldTable<Table> {
  let held: Generation<Table> | undefined;
  let idle: NodeJS.Timeout | undefined;
  const forget = () => {
    clearTimeout(idle);
    held?.stop();
    held = undefined;
  };
  const keep = () => {
    clearTimeout(idle);
    idle = setTimeout(forget, time.keptMs).unref();
  };

  return {
    forget,
    begin() {
      keep();
      if (held) return;
      const begun = beginReading(documents, kind, time);
      held = begun;
      // Whoever asks next tries again.
      begun.isRead.catch(() => held === begun && forget());
    },
    get readingForMs() {
      return held ? time.elapsedMs() - held.beganAtMs : 0;
    },
    async get(waitMs, signal) {
      if (!held) return null;
      keep();
      const { table, beganAtMs, catchUp, isRead } = held;
      try {
        const leftMs = Math.max(0, beganAtMs + waitMs - time.elapsedMs());
        const isWhole = await within(isRead, leftMs, signal);
        signal.throwIfAborted();
        if (isWhole !== undefined) await catchUp();
        return { table, isWhole: isWhole === true };
      } catch {
        signal.throwIfAborted();
        return null;
      }
    },
    refresh: async (ids) => held?.refresh(ids),
  };
}

function beginReading<T extends DatedDocument, Table extends MemoryTable<T>>(
  documents: Collection<T>,
  kind: TableKind<T, Table>,
  time: FollowingTiming,
): Generation<Table> {
  const table = kind.make();
  const stopping = new AbortController();
  const projection = Object.fromEntries(kind.fields.map((field) => [field, 1]));
  const readAgain = inTurn(async (ids: readonly string[]) => {
    const options = { projection, batchSize: batchSize + 1 };
    const found = await findUndecoded(documents, { _id: { $in: ids } } as Filter<T>, options).toArray();
    await inSlices(takeIn(table, found, ids));
  });
  const startAt = new Date(time.now().getTime() - overlapMs);
  const datePass = createDatePass(documents, time, startAt, { _updatedAt: 1, _id: 1 });
  return {
    table,
    beganAtMs: time.elapsedMs(),
    catchUp: sharedRead(() => datePass.run(readAgain)),
    async refresh(ids) {
      for (let from = 0; from < ids.length; from += batchSize)
        await readAgain(ids.slice(from, from + batchSize));
    },
    isRead: readAll({ documents, kind, projection, table, signal: stopping.signal }),
    stop: () => stopping.abort(),
  };
}

interface Reading<T extends DatedDocument> {
  readonly documents: Collection<T>;
  readonly kind: Pick<TableKind<T, MemoryTable<T>>, 'filter' | 'sort'>;
  readonly projection: Readonly<Record<string, number>>;
  readonly table: MemoryTable<T>;
  readonly signal: AbortSignal;
}

/**
 * Reads all documents into the table. If the database is away meanwhile, it goes on as soon as it is there again.
 * @returns false if there are more than the table may take, or if the signal aborts.
 */
async function readAll<T extends DatedDocument>(reading: Reading<T>): Promise<boolean> {
  const { table, signal } = reading;
  for (let position = 0; ; ) {
    try {
      // Those that were deleted meanwhile do not make it pass over others.
      position = Math.max(0, position - batchSize);
      for await (const found of batchesFrom(reading, position)) {
        if (signal.aborted || table.bytes > mostBytes) return false;
        await inPatientSlices(takeIn(table, found));
        position += found.length;
      }
      return true;
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      await pause(retryMs, signal);
    }
  }
}

/** The documents from a position on, some at a time; the next ones are read while these are consumed. */
async function* batchesFrom<T extends DatedDocument>(
  { documents, kind: { filter, sort }, projection }: Reading<T>,
  skip: number,
): AsyncGenerator<Uint8Array[]> {
  // All of it takes as long as there are documents.
  const options = { projection, sort, skip, batchSize, maxTimeMS: 0 } as const;
  const cursor = findUndecoded(documents, filter, options);
  try {
    for (let next = cursor.hasNext(); await next; ) {
      const found = cursor.readBufferedDocuments();
      next = cursor.hasNext();
      next.catch(() => undefined);
      yield found;
    }
  } finally {
    await cursor.close();
  }
}

/** Makes each reading be taken in before the next one begins, so that an older state never replaces a newer one. */
function inTurn<Given>(read: (given: Given) => Promise<void>): (given: Given) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return (given) => {
    const done = last.then(() => read(given));
    last = done.catch(() => undefined);
    return done;
  };
}

/** Takes in what was found of the documents that were asked for by id, if any were; the others are gone. */
function* takeIn<T extends DatedDocument>(
  table: MemoryTable<T>,
  found: readonly Uint8Array[],
  asked: readonly string[] = [],
): Generator<void> {
  const gone = new Set(asked);
  for (const document of decoded<T>(found)) {
    table.put(document);
    gone.delete(document._id);
    yield;
  }
  for (const id of gone) table.remove(id);
  if (table.renewRanks) yield* table.renewRanks();
}
