import { setImmediate } from 'node:timers/promises';

/** How long work in memory holds up others at a time. */
const sliceMs = 5;
/** Others have something to do if their turn takes longer. */
const idleTurnMs = 0.5;
/** A request needs about so many turns, between its questions to the database. */
const mostTurns = 8;

/** Does work that yields now and then, and gives others their turn in between. */
export function inSlices<T>(work: Generator<void, T>): Promise<T> {
  return inSlicesBetween(work, () => setImmediate());
}

/** Does work that nobody waits for: others get several turns in between, as long as they have something to do. */
export function inPatientSlices<T>(work: Generator<void, T>): Promise<T> {
  return inSlicesBetween(work, async () => {
    for (let turn = 0; turn < mostTurns; turn += 1) {
      const startedAt = performance.now();
      await setImmediate();
      if (performance.now() - startedAt < idleTurnMs) return;
    }
  });
}

/** So many simple steps take less than a millisecond. */
const simpleSteps = 8_192;

/**
 * Does work for all positions up to a length, for some at a time, and yields in between. A loop that yields itself is
 * several times as slow.
 */
export function* inParts(
  length: number,
  work: (from: number, to: number) => void,
  partLength = simpleSteps,
): Generator<void> {
  for (let from = 0; from < length; from += partLength) {
    work(from, Math.min(from + partLength, length));
    yield;
  }
}

/** Does work that yields now and then, and waits between two slices of it. */
export async function inSlicesBetween<T>(
  work: Generator<void, T>,
  letOthers: () => Promise<unknown>,
): Promise<T> {
  let until = performance.now() + sliceMs;
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (performance.now() < until) continue;
    await letOthers();
    until = performance.now() + sliceMs;
  }
}
