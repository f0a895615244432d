import { createHash } from 'node:crypto';
import type { Clock } from '../domain/clock.ts';
import type { SharedCounter } from '../domain/shared-counter.ts';

export interface CallLimit {
  readonly calls: number;
  readonly perMs: number;
}

/** The calls of a key in its window, as far as this instance knows. */
export interface CallCount {
  readonly total: number;
  readonly resetAt: Date;
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
 * Counts calls by key in fixed windows, as Rocket.Chat does: in memory, and for all instances without making anyone
 * wait (ADR 0008). A key is shared from a tenth of its limit on, and only one update of a key is under way at a
 * time, with all the calls that came meanwhile. Once the shared count has reached the limit, nothing is shared any
 * more, so that a flood costs the database nothing.
 */
export class CallWindows {
  readonly #options: Required<CallWindowsOptions>;
  readonly #windows = new Map<string, Window>();
  #sharing = 0;

  constructor(options: CallWindowsOptions) {
    this.#options = { maxWindows: defaultMaxWindows, ...options };
  }

  /** Counts a call and answers from memory. */
  count(key: string, { calls, perMs }: CallLimit): CallCount {
    const window = this.#windowOf(key, perMs);
    window.seen += 1;
    const unfilled = window.shared + window.elsewhere < calls;
    if (unfilled && window.seen >= calls / 10 && !window.sharing && this.#sharing < maxSharing)
      void this.#share(key, window);
    return { total: window.seen + window.elsewhere, resetAt: new Date(window.resetAt) };
  }

  #now(): number {
    return this.#options.clock().getTime();
  }

  #windowOf(key: string, perMs: number): Window {
    const now = this.#now();
    const known = this.#windows.get(key);
    if (known !== undefined && known.resetAt > now) return known;
    this.#windows.delete(key);
    this.#forgetOldest(now);
    const window = { seen: 0, shared: 0, elsewhere: 0, resetAt: now + perMs, sharing: false };
    this.#windows.set(key, window);
    return window;
  }

  /** Makes room: two at a time that are over, so that they cannot pile up, and the oldest where there are too many. */
  #forgetOldest(now: number): void {
    let forgotten = 0;
    for (const [key, { resetAt }] of this.#windows) {
      const isNeeded = resetAt > now && this.#windows.size < this.#options.maxWindows;
      if (isNeeded || forgotten === 2) return;
      this.#windows.delete(key);
      forgotten += 1;
    }
  }

  async #share(key: string, window: Window): Promise<void> {
    const calls = window.seen - window.shared;
    window.sharing = true;
    this.#sharing += 1;
    try {
      const windowMs = Math.max(1, window.resetAt - this.#now());
      const { total, remainingMs } = await this.#options.shared.add(digest(key), calls, windowMs);
      window.shared += calls;
      window.elsewhere = Math.max(0, total - window.shared);
      window.resetAt = this.#now() + remainingMs;
    } catch (error) {
      this.#options.onSharingFailed(error);
    } finally {
      window.sharing = false;
      this.#sharing -= 1;
    }
  }
}

/** Keys hold addresses and tokens, which the database need not know. */
const digest = (key: string): string => createHash('sha256').update(key).digest('base64');
