import { Column } from './column.ts';
import type { SortKey } from './sort-window.ts';

/** There are at most so many ranks: one is stored in a byte. */
export const rankCount = 256;
/** Rows and boundaries are compared by so many sort keys at most: by about the first hundred bytes. */
export const depthCount = 16;

/** Each row's rank in an order: how many of some boundaries come before the row. */
export class Ranking {
  readonly #keyOf: SortKey;
  readonly #boundaryCount: number;
  /** The sort keys of the boundaries: those of all at depth 0, then those at depth 1, and so on. */
  readonly #keys: Float64Array;
  readonly #ranks = new Column();

  /** @param boundaries the first {@link depthCount} sort keys of each, ascending; fewer than {@link rankCount}. */
  constructor(keyOf: SortKey, boundaries: readonly (readonly number[])[]) {
    this.#keyOf = keyOf;
    this.#boundaryCount = boundaries.length;
    this.#keys = new Float64Array(depthCount * boundaries.length);
    for (let depth = 0; depth < depthCount; depth += 1)
      for (const [index, keys] of boundaries.entries())
        this.#keys[depth * boundaries.length + index] = keys[depth] ?? 0;
  }

  get bytes(): number {
    return this.#ranks.bytes;
  }

  /** The rank that a row was given; 0 if it was given none. */
  rankOf(row: number): number {
    return this.#ranks.at(row);
  }

  /**
   * Gives a row the rank that it has now.
   * @returns whether that is another one.
   */
  rank(row: number): boolean {
    const rank = this.#boundariesBefore(row);
    if (this.#ranks.at(row) === rank) return false;
    this.#ranks.set(row, rank);
    return true;
  }

  #boundariesBefore(row: number): number {
    let low = 0;
    let high = this.#boundaryCount;
    for (let depth = 0; depth < depthCount && low < high; depth += 1) {
      const key = this.#keyOf(row, depth);
      const start = depth * this.#boundaryCount;
      // Those with the same key here differ behind it, if at all.
      const [from, to] = [start + low, start + high];
      low = firstWith((found) => found >= key, this.#keys, from, to) - start;
      high = firstWith((found) => found > key, this.#keys, from, to) - start;
    }
    return low;
  }
}

/** The first place of ascending numbers from which on a test holds. */
function firstWith(
  isWanted: (found: number) => boolean,
  numbers: Float64Array,
  from: number,
  to: number,
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isWanted(numbers[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}
