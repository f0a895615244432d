import { inParts } from './time-slices.ts';

/** The positions of so many ones. It yields whenever others may get their turn. */
export function* positionsOfOnes(flags: Uint8Array, count: number): Generator<void, Uint32Array> {
  const positions = new Uint32Array(count);
  let found = 0;
  yield* inParts(flags.length, (from, to) => {
    // Mostly there are few, and parts without any are passed over quickly.
    if (!flags.subarray(from, to).includes(1)) return;
    for (let position = from; position < to; position += 1) {
      if (flags[position] !== 1) continue;
      positions[found] = position;
      found += 1;
    }
  });
  return positions;
}
