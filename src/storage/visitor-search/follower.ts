import { type KeyCollections, refreshKeys } from './key-writer.ts';
import type { SearchTiming } from './search-timing.ts';
import { createWatermark, type Watermark } from './watermark.ts';

const batchSize = 1_000;

export interface Follower {
  /** Visitors written before this date have up-to-date keys. */
  readonly watermark: Date;
  /** Takes note of a visitor that is known to have been written. */
  note(id: string): void;
  /** Updates the keys to reflect everything that was written before the call. */
  catchUp(fieldIds: readonly string[]): Promise<void>;
}

/** Follows the changes of visitors: those it is told of, and all others by their `_updatedAt`. */
export function createFollower(collections: KeyCollections, time: SearchTiming, startAt: Date): Follower {
  const watermark = createWatermark(time, startAt);
  let noted = new Set<string>();

  const follow = async (fieldIds: readonly string[]): Promise<void> => {
    const startedAt = time.elapsedMs();
    const known = noted;
    noted = new Set();
    try {
      await refreshKeys(collections, [...known], fieldIds);
      await followDates(collections, watermark, fieldIds);
    } catch (error) {
      for (const id of known) noted.add(id);
      watermark.forget();
      throw error;
    }
    watermark.advance(startedAt);
  };

  return {
    get watermark() {
      return watermark.date;
    },
    note: (id) => void noted.add(id),
    catchUp: oneAtATime(follow),
  };
}

/** Refreshes the keys of the visitors written since the watermark. */
async function followDates(
  collections: KeyCollections,
  watermark: Watermark,
  fieldIds: readonly string[],
): Promise<void> {
  const changed = collections.visitors.find(
    { _updatedAt: { $gte: watermark.date } },
    { projection: { _id: 1, _updatedAt: 1 }, sort: { _updatedAt: 1, _id: 1 }, batchSize },
  );
  let due: string[] = [];
  for await (const { _id, _updatedAt } of changed) {
    if (_updatedAt && watermark.isDue(_id, _updatedAt)) due.push(_id);
    if (due.length < batchSize) continue;
    await refreshKeys(collections, due, fieldIds);
    due = [];
  }
  await refreshKeys(collections, due, fieldIds);
}

/**
 * Runs one call after another. Callers who arrive during a run share the next one, since the current run may have
 * begun too early for them.
 */
function oneAtATime<T>(run: (input: T) => Promise<void>): (input: T) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting: Promise<void> | undefined;
  return (input) => {
    waiting ??= last.then(() => {
      waiting = undefined;
      return run(input);
    });
    last = waiting.catch(() => undefined);
    return waiting;
  };
}
