import type { Clock } from '../../domain/clock.ts';

/** The clocks by which writes are followed; tests supply their own. */
export interface FollowingTiming {
  readonly now: Clock;
  /** Milliseconds by a monotonic clock. */
  readonly elapsedMs: () => number;
}

/**
 * How far the watermark stays behind the newest write: writers' clocks may differ by this much, and a write may
 * become visible this much later than its date.
 */
export const overlapMs = 60_000;

/**
 * A document is looked at again until this long after it was first seen, because another write may have the same date.
 */
const recheckMs = 1_000;

interface Seen {
  readonly updatedAt: number;
  readonly firstSeenAt: number;
}

/**
 * The date from which on documents must be looked at. It stays `overlapMs` behind the clock of the fastest writer, as
 * far as that is known from the newest date seen and the time since. It never gets ahead of this instance's clock, so
 * a document dated in the future does not hide others.
 */
export interface Watermark {
  readonly date: Date;
  /** Whether a document with this date may have changed since it was last looked at. */
  isDue(id: string, updatedAt: Date): boolean;
  /** Call when everything written before `startedAt`, in elapsed milliseconds, has been looked at. */
  advance(startedAt: number): void;
  /** Forgets what was seen, because it could not be processed. */
  forget(): void;
}

export function createWatermark(time: FollowingTiming, startAt: Date): Watermark {
  let watermark = startAt.getTime();
  let newest = { updatedAt: watermark + overlapMs, at: time.elapsedMs() };
  const seen = new Map<string, Seen>();
  return {
    get date() {
      return new Date(watermark);
    },
    isDue(id, date) {
      const updatedAt = date.getTime();
      const before = seen.get(id);
      const at = time.elapsedMs();
      if (updatedAt > newest.updatedAt) newest = { updatedAt, at };
      if (before?.updatedAt === updatedAt) return at - before.firstSeenAt < recheckMs;
      seen.set(id, { updatedAt, firstSeenAt: at });
      return true;
    },
    advance(startedAt) {
      const fastest = newest.updatedAt + startedAt - newest.at;
      watermark = Math.max(watermark, Math.min(time.now().getTime(), fastest) - overlapMs);
      for (const [id, { updatedAt }] of seen) if (updatedAt < watermark) seen.delete(id);
    },
    forget: () => seen.clear(),
  };
}
