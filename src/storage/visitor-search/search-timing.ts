import type { Clock } from '../../domain/clock.ts';
import type { FollowingTiming } from '../mongodb/watermark.ts';

/** The intervals at which the table follows visitors; tests supply their own. */
export interface SearchTiming extends FollowingTiming {
  /** The pause between two looks at what others wrote. */
  readonly pollMs: number;
  /** How long a search waits for the table to catch up with what others wrote before it does without that. */
  readonly catchUpTimeoutMs: number;
  /** The pause between two batches of the slow comparison of all rows with their visitors. */
  readonly sweepPauseMs: number;
}

export const searchTiming = (now: Clock): SearchTiming => ({
  now,
  elapsedMs: () => performance.now(),
  pollMs: 1_000,
  catchUpTimeoutMs: 1_000,
  sweepPauseMs: 10_000,
});
