import type { DomainEvent } from '../events.ts';

/** Somebody who waits until something changes. */
export interface ChangeWaiter {
  /** What their address counts as for limits. */
  readonly network: string;
  /** Whether an event may be about something that they can see. */
  readonly concerns: (event: DomainEvent) => boolean;
  /** Aborts when they have gone. */
  readonly signal: AbortSignal;
}

/** Hears of changes for one waiter. */
export interface ChangeWatch {
  /** When something changed last, by `performance.now()`; at first, when the watch began. */
  readonly changedAt: number;
  /** Whether waiting is in vain: they have gone, or the service stops. */
  readonly isOver: boolean;
  /** Resolves after the time, or when it is over. */
  rest(ms: number): Promise<void>;
  /** The same, or when something changes. */
  next(ms: number): Promise<void>;
  end(): void;
}

/** Wakes those who wait for changes. */
export interface ChangeSignal {
  /** Whether the service stops: nobody waits any more. */
  readonly isStopped: boolean;
  /** @throws {OverloadedError} if too many wait, in all or at the address. */
  watch(waiter: ChangeWaiter): ChangeWatch;
}

/** Lets each address read only so many changes at a time, which may be megabytes. */
export interface ChangeTurns {
  /**
   * Resolves when it is the address's turn, which lasts until the signal aborts.
   * @throws the signal's reason if it aborts before.
   */
  take(network: string, signal: AbortSignal): Promise<void>;
}
