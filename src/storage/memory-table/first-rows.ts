import { maxDepth, pauseRows, type SortKey } from './sort-window.ts';

/** So many rows are sorted as they are. */
const fewRows = 4_096;
/** Or so many times those that are wanted. */
const enough = 4;
const sampleSize = 500;

/**
 * Brings the `count` rows with the least keys to the front, in no order, together with some others: a sample tells which
 * row mostly comes soon after them, and each of all the others is compared with that one, once. It yields whenever others
 * may get their turn.
 * @returns the front, as a part of `rows`.
 */
export function* firstRows(rows: Uint32Array, keyOf: SortKey, count: number): Generator<void, Uint32Array> {
  let [low, high] = [0, rows.length];
  while (high - low > Math.max(fewRows, enough * (count - low))) {
    const some = rows.subarray(low, high);
    const isUpToPivot = makeTest(pivotFor(some, count - low, keyOf), keyOf);
    const front = yield* bringToFront(some, isUpToPivot);
    // Rows that are alike in all that is compared.
    if (front === some.length) break;
    if (low + front < count) low += front;
    else high = low + front;
  }
  return rows.subarray(0, high);
}

/** A row that mostly comes behind those that are wanted, but before most others. */
function pivotFor(rows: Uint32Array, wanted: number, keyOf: SortKey): number {
  const step = rows.length / sampleSize;
  const sample = Uint32Array.from({ length: sampleSize }, (_, index) => rows[Math.floor(index * step)] ?? 0);
  sample.sort((a, b) => (a === b ? 0 : makeTest(b, keyOf)(a) ? -1 : 1));
  const expected = (wanted / rows.length) * sampleSize;
  return sample[Math.ceil(expected + 3 * Math.sqrt(expected))] ?? 0;
}

/** Makes a test for the rows that do not come behind a given one. */
function makeTest(pivot: number, keyOf: SortKey): (row: number) => boolean {
  const pivotKeys: number[] = [];
  return (row) => {
    if (row === pivot) return true;
    for (let depth = 0; depth < maxDepth; depth += 1) {
      const key = keyOf(row, depth);
      pivotKeys[depth] ??= keyOf(pivot, depth);
      const pivotKey = pivotKeys[depth] ?? 0;
      if (key !== pivotKey) return key < pivotKey;
    }
    return true;
  };
}

/** @returns how many rows were brought to the front. */
function* bringToFront(rows: Uint32Array, isWanted: (row: number) => boolean): Generator<void, number> {
  let front = 0;
  for (let index = 0; index < rows.length; index += 1) {
    if (index % pauseRows === 0) yield;
    const row = rows[index] ?? 0;
    if (!isWanted(row)) continue;
    rows[index] = rows[front] ?? 0;
    rows[front] = row;
    front += 1;
  }
  return front;
}
