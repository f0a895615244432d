import { setTimeout as delay } from 'node:timers/promises';

/** Waits until the time has passed or the signal aborts, without keeping the process alive. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal, ref: false });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
