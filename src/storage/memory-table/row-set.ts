import type { FoundPostings } from './gram-index.ts';
import { inParts } from './time-slices.ts';

/** So few rows are sorted sooner than a flag is looked at for each row of a large table. */
const fewRows = 8_192;
/** Flags are used again until so many rows have been added to the table. */
const rowsToCome = 8_192;
const blockLength = 4_096;

/** Different rows, ascending. */
export interface FoundRows {
  readonly count: number;
  /** The rows, some at a time, each time in an array that may be used again. */
  blocks(): Iterable<Uint32Array>;
}

/** @param rows ascending. */
export const rowsOf = (rows: Uint32Array): FoundRows => ({
  count: rows.length,
  blocks: () => blocksOf(rows),
});

function* blocksOf(rows: Uint32Array): Generator<Uint32Array> {
  for (let from = 0; from < rows.length; from += blockLength) yield rows.subarray(from, from + blockLength);
}

/** Rows that are collected one after the other, in an array that grows if it has to. */
export class RowList {
  #array: Uint32Array;
  #count = 0;

  /** @param expected how many rows there will be, as far as that is known. */
  constructor(expected: number) {
    this.#array = new Uint32Array(expected);
  }

  add(row: number): void {
    if (this.#count === this.#array.length) {
      const larger = new Uint32Array(2 * this.#count + 1);
      larger.set(this.#array);
      this.#array = larger;
    }
    this.#array[this.#count] = row;
    this.#count += 1;
  }

  get rows(): Uint32Array {
    return this.#array.subarray(0, this.#count);
  }
}

/** All of the rows in an array of their own. It yields whenever others may get their turn. */
export function* collectRows(found: FoundRows): Generator<void, Uint32Array> {
  const rows = new Uint32Array(found.count);
  let filled = 0;
  for (const block of found.blocks()) {
    rows.set(block, filled);
    filled += block.length;
    yield;
  }
  return rows;
}

/** So many are kept, however many were needed at the same time. */
const mostSpare = 2;

/**
 * Arrays with a flag for each row of a table, which no set needs now: if each made its own, V8 would have to collect
 * often, and memory would be taken for those that it has not collected yet.
 */
export class SpareFlags {
  readonly #flags: Uint8Array[] = [];

  /** @returns at least so many zeros. */
  take(length: number): Uint8Array {
    const unused = this.#flags.pop();
    return unused && unused.length >= length ? unused.fill(0) : new Uint8Array(length + rowsToCome);
  }

  giveBack(flags: Uint8Array): void {
    if (this.#flags.length < mostSpare) this.#flags.push(flags);
  }
}

/** Rows of a table, each once, in whatever order and however often they are added. */
export class RowSet {
  readonly #end: number;
  readonly #spare: SpareFlags;
  readonly #few: number[] = [];
  /** Once there are many rows, which ones. */
  #flags: Uint8Array | undefined;

  /** @param end behind the last row that may be added; rows that the table gets meanwhile may be left out. */
  constructor(end: number, spare: SpareFlags) {
    this.#end = end;
    this.#spare = spare;
  }

  /** Whether it is known that the row has been added; as long as there are few, it is not. */
  has(row: number): boolean {
    return this.#flags?.[row] === 1;
  }

  add(row: number): void {
    if (this.#flags) this.#flags[row] = 1;
    else if (this.#few.push(row) > fewRows) this.#flagged();
  }

  addAll(): void {
    this.#flagged().fill(1, 0, this.#end);
  }

  addPostings(postings: FoundPostings): void {
    if (this.#flags || this.#few.length + postings.count > fewRows) postings.mark(this.#flagged());
    else for (const block of postings.blocks()) this.#few.push(...block);
  }

  /**
   * Those of the rows that pass a test. They are there until the set is freed, and are not copied: of a million, that
   * would take four times as much memory as their flags. It yields whenever others may get their turn.
   */
  *passing(passes: (row: number) => boolean): Generator<void, FoundRows> {
    const flags = this.#flags?.subarray(0, this.#end);
    if (!flags) return rowsOf(distinct(Uint32Array.from(this.#few.filter(passes)).sort()));
    const count = yield* unsetOthers(flags, passes);
    return { count, blocks: () => flaggedRows(flags) };
  }

  /** Lets the next set use the flags of this one, which is of no use then. */
  free(): void {
    if (this.#flags) this.#spare.giveBack(this.#flags);
    this.#flags = undefined;
  }

  #flagged(): Uint8Array {
    if (this.#flags) return this.#flags;
    const flags = this.#spare.take(this.#end);
    for (const row of this.#few) flags[row] = 1;
    this.#flags = flags;
    return flags;
  }
}

/** @param rows ascending. */
function distinct(rows: Uint32Array): Uint32Array {
  let count = 0;
  for (const row of rows) {
    if (count > 0 && rows[count - 1] === row) continue;
    rows[count] = row;
    count += 1;
  }
  return rows.subarray(0, count);
}

/** Unsets the flags of rows that do not pass. @returns how many do. */
function* unsetOthers(flags: Uint8Array, passes: (row: number) => boolean): Generator<void, number> {
  let count = 0;
  yield* inParts(flags.length, (from, to) => {
    if (!flags.subarray(from, to).includes(1)) return;
    for (let row = from; row < to; row += 1) {
      if (flags[row] === 0) continue;
      if (passes(row)) count += 1;
      else flags[row] = 0;
    }
  });
  return count;
}

/** The rows that have a flag, some at a time. */
function* flaggedRows(flags: Uint8Array): Generator<Uint32Array> {
  const block = new Uint32Array(blockLength);
  for (let from = 0; from < flags.length; from += blockLength) {
    const count = collectFlagged(flags, from, block);
    if (count > 0) yield block.subarray(0, count);
  }
}

/** Puts the rows with a flag, from one on, into a block. @returns how many they are. */
function collectFlagged(flags: Uint8Array, from: number, block: Uint32Array): number {
  const to = Math.min(from + blockLength, flags.length);
  // Parts without any are passed over quickly.
  if (!flags.subarray(from, to).includes(1)) return 0;
  let count = 0;
  for (let row = from; row < to; row += 1) {
    if (flags[row] !== 1) continue;
    block[count] = row;
    count += 1;
  }
  return count;
}
