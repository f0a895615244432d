import type { Clock } from '../../domain/clock.ts';
import type { FollowingTiming } from '../mongodb/watermark.ts';

/** The times of the feed; tests give their own. */
export interface FeedTiming extends FollowingTiming {
  /** Between two looks at what others wrote, where there are no change streams. */
  readonly pollMs: number;
  /** Between two attempts to read what could not be read. */
  readonly retryMs: number;
  /** Between two times that the position is stored while there are changes. */
  readonly storeMs: number;
  /** The same where nobody writes: the server's log goes on with what nobody here follows. */
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
