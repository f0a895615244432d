import { setTimeout as delay } from 'node:timers/promises';

/** Waits, without keeping the process alive, until the time has passed or the signal says to stop. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal, ref: false });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
