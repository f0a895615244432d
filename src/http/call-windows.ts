import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../domain/clock.ts';
import type { SharedCounter } from '../domain/shared-counter.ts';

/** How much of something (calls, bytes) a window may hold, and how long it lasts. */
export interface WindowLimit {
  readonly most: number;
  readonly perMs: number;
}

/** What a key has used in its window, as far as this instance knows. */
export interface WindowCount {
  readonly total: number;
  readonly resetAt: Date;
  /** How long the window lasts from now on, in milliseconds. */
  readonly leftMs: number;
}

export interface CallWindowsOptions {
  readonly clock: Clock;
  readonly shared: SharedCounter;
  onSharingFailed(error: unknown): void;
  /** The memory that the windows may take up, in bytes; beyond that, the least recently used is dropped. */
  readonly maxBytes?: number;
}

interface Window {
  /** What this instance has counted. */
  seen: number;
  /** How much of that the shared counter knows about. */
  shared: number;
  /** What other instances had shared at the last update. */
  elsewhere: number;
  resetAt: number;
  sharing: boolean;
}

const defaultMaxBytes = 32 * 1024 * 1024;
/** The size of a window with the longest key: 250 bytes measured on Node 20 and 24. */
const windowBytes = 256;
/** Longer keys are kept as digests: they contain tokens of any length. */
const longestKey = 96;
const maxSharing = 100;

/**
 * Counts calls, or the bytes that they bring, by key in fixed windows, as Rocket.Chat does: in memory, and across all
 * instances without making anyone wait (ADR 8). A key is shared once it reaches a tenth of its limit, a hundredth of
 * the limit or more at a time, and only one update of a key is in progress at a time, with all that has come in
 * meanwhile. Once the shared count has reached the limit nothing more is shared, so a flood costs the database nothing.
 */
export class CallWindows {
  readonly #options: CallWindowsOptions;
  readonly #windows: LRUCache<string, Window>;
  #sharing = 0;

  constructor(options: CallWindowsOptions) {
    this.#options = options;
    this.#windows = new LRUCache({
      max: Math.ceil((options.maxBytes ?? defaultMaxBytes) / windowBytes),
    });
  }

  /** Counts a call, or an amount, and returns the count from memory. */
  count(key: string, { most, perMs }: WindowLimit, amount = 1): WindowCount {
    const now = this.#now();
    const kept = key.length <= longestKey ? key : digestOf(key);
    const window = this.#windowOf(kept, perMs, now);
    window.seen += amount;
    if (isWorthSharing(window, most) && !window.sharing && this.#sharing < maxSharing)
      void this.#share(kept, window, perMs);
    const { seen, elsewhere, resetAt } = window;
    return { total: seen + elsewhere, resetAt: new Date(resetAt), leftMs: resetAt - now };
  }

  #now(): number {
    return this.#options.clock().getTime();
  }

  #windowOf(key: string, perMs: number, now: number): Window {
    const known = this.#windows.get(key);
    // A window that lasts longer than windows do was begun before the clock was set back.
    if (known !== undefined && known.resetAt > now && known.resetAt <= now + perMs) return known;
    const window = { seen: 0, shared: 0, elsewhere: 0, resetAt: now + perMs, sharing: false };
    this.#windows.set(key, window);
    return window;
  }

  async #share(key: string, window: Window, perMs: number): Promise<void> {
    const amount = window.seen - window.shared;
    window.sharing = true;
    this.#sharing += 1;
    try {
      const windowMs = Math.max(1, window.resetAt - this.#now());
      const { total, remainingMs } = await this.#options.shared.add(digestOf(key), amount, windowMs);
      window.shared += amount;
      window.elsewhere = Math.max(0, total - window.shared);
      window.resetAt = this.#now() + Math.min(remainingMs, perMs);
    } catch (error) {
      this.#options.onSharingFailed(error);
    } finally {
      window.sharing = false;
      this.#sharing -= 1;
    }
  }
}

function isWorthSharing({ seen, shared, elsewhere }: Window, most: number): boolean {
  const isFilled = shared + elsewhere >= most;
  return !isFilled && seen >= most / 10 && seen - shared >= Math.max(1, most / 100);
}

/** Addresses and tokens need not be kept in the database. */
const digestOf = (key: string): string => hash('sha256', key, 'base64');
