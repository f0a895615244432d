import { setImmediate } from 'node:timers/promises';

/** How long work in memory holds up others at a time. */
const sliceMs = 2;
/** Others have something to do if their turn takes longer. */
const idleTurnMs = 0.5;
/** How many turns others get in between, as long as they have something to do: a request needs about eight of its own. */
const mostTurns = { waitedFor: 3, inBackground: 8 } as const;

/** Does work that yields now and then, and gives others their turns in between. */
export function inSlices<T>(work: Generator<void, T>): Promise<T> {
  return inSlicesBetween(work, letOthers);
}

/** Does work that nobody waits for, so that others get more turns. */
export function inPatientSlices<T>(work: Generator<void, T>): Promise<T> {
  return inSlicesBetween(work, () => giveTurns(mostTurns.inBackground));
}

/** Gives others their turns between two slices of work that somebody waits for. */
export const letOthers = (): Promise<void> => giveTurns(mostTurns.waitedFor);

async function giveTurns(most: number): Promise<void> {
  for (let turn = 0; turn < most; turn += 1) {
    const startedAt = performance.now();
    await setImmediate();
    if (performance.now() - startedAt < idleTurnMs) return;
  }
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
  pause: () => Promise<unknown>,
): Promise<T> {
  let until = performance.now() + sliceMs;
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (performance.now() < until) continue;
    await pause();
    until = performance.now() + sliceMs;
  }
}
