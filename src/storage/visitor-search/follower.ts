import { createDatePass } from '../mongodb/date-pass.ts';
import { type KeyCollections, refreshKeys } from './key-writer.ts';
import type { SearchTiming } from './search-timing.ts';

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
  const datePass = createDatePass(collections.visitors, time, startAt);
  let noted = new Set<string>();

  const followNoted = oneAtATime(async (fieldIds) => {
    const known = noted;
    noted = new Set();
    try {
      await refreshKeys(collections, [...known], fieldIds);
    } catch (error) {
      for (const id of known) noted.add(id);
      throw error;
    }
  });
  const followDates = oneAtATime((fieldIds) =>
    datePass.run(async (ids) => void (await refreshKeys(collections, ids, fieldIds))),
  );

  return {
    get watermark() {
      return datePass.watermark;
    },
    note: (id) => void noted.add(id),
    async catchUp(fieldIds) {
      // First, and not in line with the others: a few visitors whom Foyer wrote do not wait for a whole import.
      await followNoted(fieldIds);
      await followDates(fieldIds);
    },
  };
}

/**
 * Runs one call after another. Callers who arrive during a run share the next one, since the current run may have
 * begun too early for them.
 */
function oneAtATime(
  run: (fieldIds: readonly string[]) => Promise<void>,
): (fieldIds: readonly string[]) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting: Promise<void> | undefined;
  return (fieldIds) => {
    waiting ??= last.then(() => {
      waiting = undefined;
      return run(fieldIds);
    });
    last = waiting.catch(() => undefined);
    return waiting;
  };
}
