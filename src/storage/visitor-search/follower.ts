import { type KeyCollections, refreshKeys } from './key-writer.ts';
import type { SearchTime } from './search-time.ts';

/**
 * How far behind the newest write the watermark stays: writers' clocks may differ by this much, and a write may become
 * visible this much later than it was dated.
 */
export const overlapMs = 60_000;

/** A visitor is looked at again until this long after it was first seen: one more write may bear the same date. */
const settleMs = 1_000;

const batchSize = 1_000;
/** Following is not part of a request, and may take longer than one. */
export const backgroundTimeoutMs = 30_000;

interface Seen {
  readonly updatedAt: number;
  readonly firstSeenAt: number;
}

export interface Follower {
  /** From when on visitors' dates are looked at. */
  readonly watermark: Date;
  /** A visitor that is known to have been written. */
  note(id: string): void;
  /** Brings the keys in line with everything that was written before the call. */
  catchUp(fieldIds: readonly string[]): Promise<void>;
}

/**
 * Follows what is written to visitors by their `_updatedAt`, over an index of Foyer's own. The watermark stays
 * `overlapMs` behind the clock of the fastest writer, as far as it is known from the newest date seen and the time
 * since, and never runs ahead of the clock here: one visitor dated into the future does not hide the others.
 */
export function createFollower(collections: KeyCollections, time: SearchTime, startAt: Date): Follower {
  let watermark = startAt.getTime();
  let newest = { updatedAt: watermark + overlapMs, at: time.elapsedMs() };
  let noted = new Set<string>();
  const seen = new Map<string, Seen>();

  const advance = (startedAt: number): void => {
    const fastest = newest.updatedAt + startedAt - newest.at;
    watermark = Math.max(watermark, Math.min(time.now().getTime(), fastest) - overlapMs);
    for (const [id, { updatedAt }] of seen) if (updatedAt < watermark) seen.delete(id);
  };

  const isDue = (id: string, updatedAt: number): boolean => {
    const before = seen.get(id);
    const at = time.elapsedMs();
    if (updatedAt > newest.updatedAt) newest = { updatedAt, at };
    if (before?.updatedAt === updatedAt) return at - before.firstSeenAt < settleMs;
    seen.set(id, { updatedAt, firstSeenAt: at });
    return true;
  };

  const followDates = async (fieldIds: readonly string[]): Promise<void> => {
    const changed = collections.visitors.find(
      { _updatedAt: { $gte: new Date(watermark) } },
      { projection: { _id: 1, _updatedAt: 1 }, sort: { _updatedAt: 1, _id: 1 }, batchSize },
    );
    let due: string[] = [];
    for await (const { _id, _updatedAt } of changed) {
      if (_updatedAt && isDue(_id, _updatedAt.getTime())) due.push(_id);
      if (due.length < batchSize) continue;
      await refreshKeys(collections, due, fieldIds);
      due = [];
    }
    await refreshKeys(collections, due, fieldIds);
  };

  const follow = async (fieldIds: readonly string[]): Promise<void> => {
    const startedAt = time.elapsedMs();
    const known = noted;
    noted = new Set();
    try {
      await Promise.all([refreshKeys(collections, [...known], fieldIds), followDates(fieldIds)]);
    } catch (error) {
      for (const id of known) noted.add(id);
      // What was seen may not have been brought in line.
      seen.clear();
      throw error;
    }
    advance(startedAt);
  };

  return {
    get watermark() {
      return new Date(watermark);
    },
    note: (id) => void noted.add(id),
    catchUp: sharing(follow),
  };
}

/** Lets one run at a time; who comes while it is under way shares the next one, since this one may have begun too early. */
function sharing<T>(run: (input: T) => Promise<void>): (input: T) => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = (input: T): Promise<void> => {
    running = run(input).finally(() => {
      running = undefined;
    });
    return running;
  };
  return (input) => {
    if (running === undefined) return start(input);
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return start(input);
      });
    return next;
  };
}
