import type { FoundPostings } from './gram-index.ts';
import { inParts } from './time-slices.ts';

/** So few rows are sorted sooner than a flag is looked at for each row of a large table. */
const fewRows = 8_192;
/** Arrays are used again until so many rows have been added to the table. */
const rowsToCome = 8_192;

/** So many are kept, however many were needed at the same time. */
const mostSpare = 2;

/**
 * Arrays as long as a table, which no set needs now: if each made its own, V8 would have to collect often, and memory
 * would be taken for those that it has not collected yet.
 */
export class SpareArrays {
  readonly #flags: Uint8Array[] = [];
  readonly #rows: Uint32Array[] = [];

  /** @returns at least so many zeros. */
  takeFlags(length: number): Uint8Array {
    const unused = this.#flags.pop();
    return unused && unused.length >= length ? unused.fill(0) : new Uint8Array(length + rowsToCome);
  }

  /** @returns room for at least so many rows. */
  takeRows(length: number): Uint32Array {
    const unused = this.#rows.pop();
    return unused && unused.length >= length ? unused : new Uint32Array(length + rowsToCome);
  }

  giveBack(flags: Uint8Array, rows: Uint32Array): void {
    if (this.#flags.length < mostSpare) this.#flags.push(flags);
    if (this.#rows.length < mostSpare) this.#rows.push(rows);
  }
}

/** Rows of a table, each once, in whatever order and however often they are added. */
export class RowSet {
  readonly #end: number;
  readonly #spare: SpareArrays;
  readonly #few: number[] = [];
  /** Once there are many rows, which ones. */
  #flags: Uint8Array | undefined;
  /** What many rows are put into in the end. */
  #rows: Uint32Array | undefined;

  /** @param end behind the last row that may be added; rows that the table gets meanwhile may be left out. */
  constructor(end: number, spare: SpareArrays) {
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
   * Those of the rows that pass a test, ascending, in an array that is used again when the set is freed. It yields whenever
   * others may get their turn.
   */
  *ascending(passes: (row: number) => boolean): Generator<void, Uint32Array> {
    const flags = this.#flags;
    if (!flags) return distinct(Uint32Array.from(this.#few.filter(passes)).sort());
    const some = flags.subarray(0, this.#end);
    const count = yield* unsetOthers(some, passes);
    const rows = this.#spare.takeRows(count);
    this.#rows = rows;
    yield* collectFlagged(some, rows);
    return rows.subarray(0, count);
  }

  /** Lets the next set use the arrays of this one, which is of no use then. */
  free(): void {
    if (this.#flags && this.#rows) this.#spare.giveBack(this.#flags, this.#rows);
  }

  #flagged(): Uint8Array {
    if (this.#flags) return this.#flags;
    const flags = this.#spare.takeFlags(this.#end);
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

/** Puts the rows with a flag into an array. */
function* collectFlagged(flags: Uint8Array, rows: Uint32Array): Generator<void> {
  let found = 0;
  yield* inParts(flags.length, (from, to) => {
    // Parts without any are passed over quickly.
    if (!flags.subarray(from, to).includes(1)) return;
    for (let row = from; row < to; row += 1) {
      if (flags[row] !== 1) continue;
      rows[found] = row;
      found += 1;
    }
  });
}
