import type { Clock } from '../../domain/clock.ts';
import type { FollowingTiming } from '../mongodb/watermark.ts';

/** The intervals at which keys follow visitors; tests supply their own. */
export interface SearchTiming extends FollowingTiming {
  /** The pause between two looks at what others wrote. */
  readonly pollMs: number;
  /** How long a search waits for the keys to catch up with what others wrote before it does without them. */
  readonly catchUpTimeoutMs: number;
  /** The pause between two batches of the slow comparison of all keys with their visitors. */
  readonly sweepPauseMs: number;
}

export const searchTiming = (now: Clock): SearchTiming => ({
  now,
  elapsedMs: () => performance.now(),
  pollMs: 1_000,
  catchUpTimeoutMs: 1_000,
  sweepPauseMs: 10_000,
});
