import type { Collection, Filter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import { sharedRead } from '../../domain/shared-read.ts';
import { inSlices } from '../memory-table/time-slices.ts';
import { createDatePass, type DatedDocument } from '../mongodb/date-pass.ts';
import { type FollowingTiming, overlapMs } from '../mongodb/watermark.ts';
import { within } from '../mongodb/within.ts';
import { TextTable } from './text-table.ts';

/** Finds the texts of one kind that documents have, or have had, by a part of them. */
export interface TextSearch {
  /**
   * The keys of the texts that contain a text, ignoring case. Null if they cannot be told soon, as after the first search
   * of this kind, or if there are too many of them to ask for documents by.
   * @param signal aborts when nobody waits for them any more.
   */
  find(text: string, signal: AbortSignal): Promise<readonly string[] | null>;
  /** Gives the memory back; the next search reads the texts again. */
  forget(): void;
}

export interface TextSearchTiming extends FollowingTiming {
  /**
   * How long a search waits for the texts to be read. To find documents without them takes about as long as reading
   * them, and twice if they are to be counted, too.
   */
  readonly readTimeoutMs: number;
}

export const textSearchTiming = (now: Clock): TextSearchTiming => ({
  now,
  elapsedMs: () => performance.now(),
  readTimeoutMs: 20_000,
});

/** What nobody has asked for so long is read again. */
const keptMs = 10 * 60_000;
const batchSize = 1_000;
const mostKeys = 50_000;
const mostBytes = 256 * 1024 * 1024;

/** Which texts of a document are looked for. */
export interface TextKind<T> {
  /** The fields that they are in. */
  readonly fields: readonly string[];
  /** The texts of a document, and what each is found as. */
  textsOf(document: T): readonly { readonly key: string; readonly text: string }[];
}

interface Table {
  readonly texts: TextTable;
  /** Takes in the texts of documents that were written since the last call, or since the table was begun. */
  catchUp(): Promise<void>;
  /** Resolves when the texts of all documents have been read, to whether they are of use. */
  readonly isReady: Promise<boolean>;
  /** Ends the reading. */
  stop(): void;
}

/**
 * Reads texts of documents into memory when somebody first searches for one, and keeps them for as long as somebody does.
 * Texts that no document has any more are kept, too: they find nothing.
 */
export function createTextSearch<T extends DatedDocument>(
  documents: Collection<T>,
  kind: TextKind<T>,
  time: TextSearchTiming,
): TextSearch {
  let table: Table | undefined;
  let idle: NodeJS.Timeout | undefined;
  const forget = () => {
    clearTimeout(idle);
    table?.stop();
    table = undefined;
  };

  return {
    forget,
    async find(text, signal) {
      clearTimeout(idle);
      idle = setTimeout(forget, keptMs).unref();
      table ??= beginTable(documents, kind, time);
      const { texts, catchUp, isReady } = table;
      try {
        if ((await within(isReady, time.readTimeoutMs, signal)) !== true) return null;
        await catchUp();
        return await inSlices(texts.find(text, mostKeys), signal);
      } catch {
        signal.throwIfAborted();
        // Documents can be found without this, if it takes longer; the next search tries again.
        forget();
        return null;
      }
    },
  };
}

function beginTable<T extends DatedDocument>(
  documents: Collection<T>,
  kind: TextKind<T>,
  time: TextSearchTiming,
): Table {
  const texts = new TextTable();
  let isStopped = false;
  const startAt = new Date(time.now().getTime() - overlapMs);
  const datePass = createDatePass(documents, time, startAt, { _updatedAt: 1, _id: 1 });
  const projection = Object.fromEntries(kind.fields.map((field) => [field, 1]));
  const find = (ids: { $gt: string } | { $in: string[] }): Promise<T[]> =>
    documents
      .find<T>({ _id: ids } as Filter<T>, {
        projection,
        sort: { _id: 1 },
        limit: batchSize,
        batchSize: batchSize + 1,
      })
      .toArray();
  const readAll = async (): Promise<boolean> => {
    for (let reading: Promise<T[]> | undefined = find({ $gt: '' }); reading; ) {
      const found: T[] = await reading;
      const last = found.at(batchSize - 1)?._id;
      if (isStopped || texts.bytes > mostBytes) return false;
      // The next ones are read while these are taken in.
      reading = last === undefined ? undefined : find({ $gt: last });
      reading?.catch(() => undefined);
      await inSlices(takeIn(texts, kind, found));
    }
    return true;
  };
  const catchUp = sharedRead(() =>
    datePass.run(async (ids) => {
      await inSlices(takeIn(texts, kind, await find({ $in: [...ids] })));
    }),
  );
  const stop = () => {
    isStopped = true;
  };
  return { texts, catchUp, isReady: readAll(), stop };
}

function* takeIn<T>(texts: TextTable, kind: TextKind<T>, documents: readonly T[]): Generator<void> {
  for (const document of documents) {
    for (const { key, text } of kind.textsOf(document)) texts.add(key, text);
    yield;
  }
}
