import type { Clock } from '../../domain/clock.ts';
import type { FollowingTiming } from '../mongodb/watermark.ts';

/** The feed's intervals; tests supply their own. */
export interface FeedTiming extends FollowingTiming {
  /** The pause between two searches for what others wrote, without change streams. */
  readonly pollMs: number;
  /** The pause between two attempts to read what could not be read. */
  readonly retryMs: number;
  /** The interval at which the position is stored while there are changes. */
  readonly storeMs: number;
  /** The same while nobody writes: the server's log continues with writes that nobody here follows. */
  readonly storeIdleMs: number;
}

export const feedTiming = (now: Clock): FeedTiming => ({
  now,
  elapsedMs: () => performance.now(),
  pollMs: 1_000,
  retryMs: 1_000,
  storeMs: 5_000,
  storeIdleMs: 60_000,
});
