import { collectRows, type FoundRows, RowList, rowsOf } from './row-set.ts';
import { maxDepth, type SortKey } from './sort-window.ts';

/** So many rows are sorted as they are. */
const fewRows = 4_096;
/** Or so many times those that are wanted. */
const enough = 4;
const sampleSize = 500;

/**
 * Collects the `count` rows with the least keys, in no order, together with some others: a sample tells which row mostly
 * comes soon after them, and each of all the others is compared with that one, once. It yields whenever others may get
 * their turn.
 */
export function* firstRows(found: FoundRows, keyOf: SortKey, count: number): Generator<void, Uint32Array> {
  let [some, sought] = [found, count];
  while (some.count > Math.max(fewRows, enough * sought)) {
    const pivot = pivotFor(yield* sampleOf(some), sought / some.count, keyOf);
    const first = yield* collectPassing(some, makeTest(pivot, keyOf), 2 * sought);
    // Rows that are alike in all that is compared.
    if (first.length === some.count) break;
    // Seldom, the sample has too many of those that are wanted.
    if (first.length < count) sought *= enough;
    else some = rowsOf(first);
  }
  return yield* collectRows(some);
}

/** Rows that divide all of them evenly. */
function* sampleOf(found: FoundRows): Generator<void, Uint32Array> {
  const sample = new Uint32Array(sampleSize);
  const step = found.count / sampleSize;
  let [taken, before] = [0, 0];
  for (const block of found.blocks()) {
    for (; taken < sampleSize && Math.floor(taken * step) < before + block.length; taken += 1)
      sample[taken] = block[Math.floor(taken * step) - before] ?? 0;
    before += block.length;
    yield;
  }
  return sample;
}

/**
 * A row that mostly comes behind those that are wanted, but before most others.
 * @param part how many are wanted, as a part of all.
 */
function pivotFor(sample: Uint32Array, part: number, keyOf: SortKey): number {
  sample.sort((a, b) => (a === b ? 0 : makeTest(b, keyOf)(a) ? -1 : 1));
  const expected = part * sampleSize;
  return sample[Math.ceil(expected + 3 * Math.sqrt(expected))] ?? 0;
}

/** @param expected how many pass, about. */
function* collectPassing(
  found: FoundRows,
  passes: (row: number) => boolean,
  expected: number,
): Generator<void, Uint32Array> {
  const list = new RowList(expected);
  for (const block of found.blocks()) {
    for (const row of block) if (passes(row)) list.add(row);
    yield;
  }
  return list.rows;
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
