import type { Collection } from 'mongodb';
import { sharedRead } from '../../domain/shared-read.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { lacksIndex } from '../mongodb/client.ts';
import { createDatePass } from '../mongodb/date-pass.ts';
import type { FollowingTiming } from '../mongodb/watermark.ts';

export interface Follower {
  /** Takes note of a visitor that is known to have been written. */
  note(id: string): void;
  /**
   * Reads everyone again who was written before the call.
   * @returns false if that is not possible yet, because the index is still being built that tells who was written.
   */
  catchUp(): Promise<boolean>;
}

export interface FollowerOptions {
  readonly visitors: Collection<Visitor>;
  /** Reads visitors again. */
  refresh(ids: readonly string[]): Promise<void>;
  readonly time: FollowingTiming;
  /** Writes before this date are ignored. */
  readonly startAt: Date;
}

/** Follows the changes of visitors: those it is told of, and all others by their `_updatedAt`. */
export function createFollower({ visitors, refresh, time, startAt }: FollowerOptions): Follower {
  const datePass = createDatePass(visitors, time, startAt, { _updatedAt: 1, _id: 1 });
  let noted = new Set<string>();

  const followNoted = sharedRead(async () => {
    const known = noted;
    noted = new Set();
    try {
      await refresh([...known]);
    } catch (error) {
      for (const id of known) noted.add(id);
      throw error;
    }
  });
  const followDates = sharedRead(() => datePass.run(refresh));

  return {
    note: (id) => void noted.add(id),
    async catchUp() {
      // First, and not in line with the others: a few visitors whom Foyer wrote do not wait for a whole import.
      await followNoted();
      try {
        await followDates();
        return true;
      } catch (error) {
        if (lacksIndex(error)) return false;
        throw error;
      }
    },
  };
}
