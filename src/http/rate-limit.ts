import type { CallWindows, WindowLimit } from './call-windows.ts';

/** How often something may be called. */
export interface CallLimit {
  readonly calls: number;
  readonly perMs: number;
  /** How many bytes the bodies of these calls and of those to all other operations may have together. */
  readonly bytesPerMinute?: number;
  /** As how many visitors an address counts at most, whatever the setting says. */
  readonly mostVisitors?: number;
}

/** What is left of a limit. */
export interface Quota {
  readonly isExceeded: boolean;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: Date;
  /** How long to wait, if the limit is exceeded. */
  readonly waitSeconds: number;
}

/** Counts a call, or an amount, by key; undefined if nothing is limited. */
export type RateLimiter = (key: string, limit: WindowLimit, amount?: number) => Quota | undefined;

/** No limits, as in Rocket.Chat in TEST_MODE. */
export const unlimited: RateLimiter = () => undefined;

export const createRateLimiter =
  (windows: CallWindows): RateLimiter =>
  (key, limit, amount) => {
    const { total, resetAt, leftMs } = windows.count(key, limit, amount);
    return {
      isExceeded: total > limit.most,
      limit: limit.most,
      remaining: Math.max(0, limit.most - total),
      resetAt,
      waitSeconds: Math.max(1, Math.ceil(leftMs / 1000)),
    };
  };

/** The one of two quotas that is used up first or, if they are equal, that lasts longer. */
export function tighterOf(one: Quota | undefined, other: Quota | undefined): Quota | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.remaining !== other.remaining) return one.remaining < other.remaining ? one : other;
  return one.resetAt > other.resetAt ? one : other;
}
