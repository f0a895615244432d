import { createHash } from 'node:crypto';
import type { Clock } from '../domain/clock.ts';

/** Counts calls for all instances together. */
export interface SharedCounter {
  /**
   * Adds calls to the key's window, which begins with the first of them.
   * @param lastsMs how long a window that begins now lasts, in milliseconds.
   */
  add(key: string, calls: number, lastsMs: number): Promise<SharedCount>;
}

export interface SharedCount {
  /** The calls of all instances in this window. */
  readonly total: number;
  /** How long the window still lasts, in milliseconds. */
  readonly remainingMs: number;
}

export interface CallLimit {
  readonly calls: number;
  readonly perMs: number;
}

/** The calls of a key in its window, as far as this instance knows. */
export interface CallCount {
  readonly total: number;
  readonly resetAt: Date;
}

/** Counts calls by key in fixed windows, as Rocket.Chat does. */
export interface CallWindows {
  /** Counts a call and answers from memory. */
  count(key: string, limit: CallLimit): CallCount;
}

export interface CallWindowsOptions {
  readonly clock: Clock;
  readonly shared: SharedCounter;
  onSharingFailed(error: unknown): void;
  /** How many windows are kept; beyond it the oldest is forgotten. */
  readonly maxWindows?: number;
}

interface Window {
  /** The calls that this instance has seen. */
  seen: number;
  /** How many of them the shared counter has. */
  shared: number;
  /** The calls that other instances have shared, when last heard. */
  elsewhere: number;
  resetAt: number;
  sharing: boolean;
}

const defaultMaxWindows = 20_000;
const maxSharing = 100;

/**
 * Counts in memory and shares what it counts without making anyone wait (ADR 0008). A key is shared from a tenth of
 * its limit on, and only one update of a key is under way at a time, with all the calls that came meanwhile. Once the
 * shared count has reached the limit, nothing is shared any more, so that a flood costs the database nothing.
 */
export function createCallWindows(options: CallWindowsOptions): CallWindows {
  const { clock, shared, onSharingFailed, maxWindows = defaultMaxWindows } = options;
  const windows = new Map<string, Window>();
  let sharing = 0;

  function windowOf(key: string, perMs: number): Window {
    const now = clock().getTime();
    const known = windows.get(key);
    if (known !== undefined && known.resetAt > now) return known;
    windows.delete(key);
    forgetOldest(now);
    const window = { seen: 0, shared: 0, elsewhere: 0, resetAt: now + perMs, sharing: false };
    windows.set(key, window);
    return window;
  }

  /** Makes room: two at a time that are over, so that they cannot pile up, and the oldest when there are too many. */
  function forgetOldest(now: number): void {
    let looked = 0;
    for (const [key, { resetAt }] of windows) {
      if (resetAt > now && windows.size < maxWindows) return;
      windows.delete(key);
      looked += 1;
      if (looked === 2) return;
    }
  }

  async function share(key: string, window: Window): Promise<void> {
    const calls = window.seen - window.shared;
    window.sharing = true;
    sharing += 1;
    try {
      const lastsMs = Math.max(1, window.resetAt - clock().getTime());
      const { total, remainingMs } = await shared.add(digest(key), calls, lastsMs);
      window.shared += calls;
      window.elsewhere = Math.max(0, total - window.shared);
      window.resetAt = clock().getTime() + remainingMs;
    } catch (error) {
      onSharingFailed(error);
    } finally {
      window.sharing = false;
      sharing -= 1;
    }
  }

  return {
    count(key, { calls, perMs }) {
      const window = windowOf(key, perMs);
      window.seen += 1;
      const unfilled = window.shared + window.elsewhere < calls;
      if (unfilled && window.seen >= calls / 10 && !window.sharing && sharing < maxSharing)
        void share(key, window);
      return { total: window.seen + window.elsewhere, resetAt: new Date(window.resetAt) };
    },
  };
}

/** Keys hold addresses and tokens, which the database needs not know. */
const digest = (key: string): string => createHash('sha256').update(key).digest('base64');
