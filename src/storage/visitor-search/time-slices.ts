import { setImmediate } from 'node:timers/promises';

/** How long work in memory holds up others at a time. */
const sliceMs = 5;

/**
 * Does work that yields now and then, and gives others their turn in between.
 * @param signal aborts when nobody is waiting for it any more; it throws then.
 */
export async function inSlices<T>(work: Generator<void, T>, signal?: AbortSignal): Promise<T> {
  let until = performance.now() + sliceMs;
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (performance.now() < until) continue;
    await setImmediate();
    signal?.throwIfAborted();
    until = performance.now() + sliceMs;
  }
}
