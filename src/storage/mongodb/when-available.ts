import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../observability/logger.ts';
import { isUnreachable } from './start-advice.ts';

/**
 * As long as the first election of a new replica set, or a server with a long journal, may take; whoever started the
 * service is told by then that something is wrong.
 */
const patienceMs = 60_000;
const retryAfterMs = 1_000;

export interface WaitingOptions {
  readonly logger: Logger;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  readonly nowMs?: () => number;
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Repeats a step of the start, each time from the beginning, while the database cannot be reached. */
export type WhenAvailable = <T>(step: () => Promise<T>) => Promise<T>;

/**
 * Repeats a step of the start, each time from the beginning, while the database cannot be reached: it may be starting
 * beside the service, or electing a primary. The log says so once for each step.
 * @throws what the last attempt failed with, when a minute is over, or the signal aborts.
 */
export async function whenAvailable<T>(
  step: () => Promise<T>,
  { logger, signal, nowMs = () => performance.now(), pause = pauseFor }: WaitingOptions,
): Promise<T> {
  const startedAt = nowMs();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await step();
    } catch (error) {
      if (signal.aborted || !isUnreachable(error) || nowMs() - startedAt >= patienceMs) throw error;
      if (attempt === 1)
        logger.warn({ err: error }, 'the database cannot be reached; this start waits for it for a minute');
      await pause(retryAfterMs, signal);
    }
  }
}

/** Unlike other pauses, it keeps the process alive: nothing else does before the service listens. */
const pauseFor = (ms: number, signal: AbortSignal): Promise<unknown> =>
  delay(ms, undefined, { signal }).catch(() => undefined);
