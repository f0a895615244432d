import type { SearchTime } from './search-time.ts';

/**
 * How far behind the newest write the watermark stays: writers' clocks may differ by this much, and a write may become
 * visible this much later than it was dated.
 */
export const overlapMs = 60_000;

/** A visitor is looked at again until this long after it was first seen: one more write may bear the same date. */
const settleMs = 1_000;

interface Seen {
  readonly updatedAt: number;
  readonly firstSeenAt: number;
}

/**
 * From when on the dates of visitors must be looked at. It stays `overlapMs` behind the clock of the fastest writer, as
 * far as that is known from the newest date seen and the time since, and never runs ahead of the clock here: a visitor
 * dated into the future does not hide the others.
 */
export interface Watermark {
  readonly date: Date;
  /** Whether a visitor with this date may have changed since it was last looked at. */
  isDue(id: string, updatedAt: Date): boolean;
  /** Everything that was written before `startedAt`, in elapsed milliseconds, has been looked at. */
  advance(startedAt: number): void;
  /** Takes back what was seen: it could not be looked at. */
  forget(): void;
}

export function createWatermark(time: SearchTime, startAt: Date): Watermark {
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
      if (before?.updatedAt === updatedAt) return at - before.firstSeenAt < settleMs;
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
