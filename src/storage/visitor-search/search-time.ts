import type { Clock } from '../../domain/clock.ts';

/** The times by which keys follow visitors; tests give their own. */
export interface SearchTime {
  readonly now: Clock;
  /** Milliseconds by a clock that nobody sets. */
  readonly elapsedMs: () => number;
  /** Between two looks at what others wrote. */
  readonly pollMs: number;
  /** A search waits no longer than this for the keys to catch up with what others wrote, then it does without. */
  readonly patienceMs: number;
  /** Between two batches of the slow comparison of all keys with their visitors. */
  readonly sweepPauseMs: number;
}

export const searchTime = (now: Clock): SearchTime => ({
  now,
  elapsedMs: () => performance.now(),
  pollMs: 1_000,
  patienceMs: 1_000,
  sweepPauseMs: 10_000,
});
