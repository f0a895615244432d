/** The sort keys of rows, a number at a time; a row's numbers in their order are its place in the order of all. */
export type SortKey = (row: number, depth: number) => number;

/** Rows still alike at this depth are left as they are: they would differ behind hundreds of letters. */
export const maxDepth = 400;
/** After so many rows, others get their turn. */
export const pauseRows = 4_096;

/**
 * Sorts rows ascending, but only as far as is needed for those at the positions `from` to `to` to be right: quicksort,
 * which leaves alone what lies outside. It yields whenever others may get their turn.
 */
export function* sortWindow(rows: Uint32Array, keyOf: SortKey, from: number, to: number): Generator<void> {
  const nextRandom = randomNumbers(rows.length);
  yield* sortPart(rows, 0);

  function* sortPart(part: Uint32Array, depth: number): Generator<void> {
    const keys = new Float64Array(part.length);
    for (let index = 0; index < part.length; index += 1) {
      keys[index] = keyOf(part[index] ?? 0, depth);
      if (index % pauseRows === 0) yield;
    }
    const start = (part.byteOffset - rows.byteOffset) / part.BYTES_PER_ELEMENT;
    const isOutside = (low: number, high: number) => start + high <= from || start + low >= to;
    const waiting: [number, number][] = [[0, part.length]];
    for (let range = waiting.pop(); range; range = waiting.pop()) {
      const [low, high] = range;
      if (high - low < 2 || isOutside(low, high)) continue;
      const some = () => keys[low + (nextRandom() % (high - low))] ?? 0;
      const [equalFrom, equalTo] = partition(part, keys, {
        low,
        high,
        pivot: median(some(), some(), some()),
      });
      waiting.push([low, equalFrom], [equalTo, high]);
      if (high - low > pauseRows) yield;
      if (equalTo - equalFrom > 1 && !isOutside(equalFrom, equalTo) && depth < maxDepth)
        yield* sortPart(part.subarray(equalFrom, equalTo), depth + 1);
    }
  }
}

/** Brings what is less than the pivot before it and what is greater behind it. @returns where those alike are. */
function partition(
  rows: Uint32Array,
  keys: Float64Array,
  { low, high, pivot }: { readonly low: number; readonly high: number; readonly pivot: number },
): [number, number] {
  const swap = (a: number, b: number): void => {
    [rows[a], rows[b]] = [rows[b] ?? 0, rows[a] ?? 0];
    [keys[a], keys[b]] = [keys[b] ?? 0, keys[a] ?? 0];
  };
  let [less, next, greater] = [low, low, high];
  while (next < greater) {
    const found = keys[next] ?? 0;
    if (found < pivot) {
      swap(less, next);
      less += 1;
      next += 1;
    } else if (found > pivot) {
      greater -= 1;
      swap(next, greater);
    } else next += 1;
  }
  return [less, greater];
}

/** Pivots stand at chance positions: with fixed ones, what is sorted already would take forever. */
function randomNumbers(seed: number): () => number {
  let random = seed;
  return () => {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    return random;
  };
}

const median = (a: number, b: number, c: number): number =>
  Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
