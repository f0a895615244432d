import { pauseRows } from './sort-window.ts';

/** The positions of so many ones. It yields whenever others may get their turn. */
export function* positionsOfOnes(flags: Uint8Array, count: number): Generator<void, Uint32Array> {
  const positions = new Uint32Array(count);
  let position = -1;
  for (let index = 0; index < count; index += 1) {
    if (index % pauseRows === 0) yield;
    position = flags[position + 1] === 1 ? position + 1 : flags.indexOf(1, position + 1);
    positions[index] = position;
  }
  return positions;
}
