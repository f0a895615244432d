import { depthCount, Ranking, rankCount } from './ranking.ts';
import { collectRows, type FoundRows, RowList, rowsOf } from './row-set.ts';
import { type SortKey, sortWindow } from './sort-window.ts';
import { inParts } from './time-slices.ts';

/** The boundaries are taken from a sample that has so many rows for each rank. */
const sampledForEach = 16;
const sampleSize = rankCount * sampledForEach;
/** New boundaries are taken when one rank has more rows than so many should have. */
const mostInOne = 16;
/** To read the sort keys of so many rows takes a millisecond or two. */
const rowsAtOnce = 512;
/** So few rows are sorted as they are. */
const fewRows = 4_096;

/** Which rows are wanted, of those in an order. */
export interface Page {
  /** The descending order is the reverse of the ascending one. */
  readonly direction: 1 | -1;
  readonly offset: number;
  readonly limit: number;
}

/** Rows among which those of a page are, and how many others come before all of them. */
export interface RowsNearPage {
  readonly rows: Uint32Array;
  readonly before: number;
}

/**
 * Tells about where rows are in an order: boundaries divide all of them into 256 ranks of about the same size, and each
 * row has the number of its rank. Whatever matches, so, only the rows of a rank or two have to be sorted for a page.
 */
export class RowRanks {
  readonly #keyOf: SortKey;
  #current: Ranking;
  /** What is being made to replace the current one. */
  #next: Ranking | undefined;
  /** How many rows there were when the boundaries were last looked at, and how many have got another rank since. */
  #known = 0;
  #moved = 0;
  /** Behind the last row. */
  #end = 0;

  /** @param keyOf the sort keys of rows, ascending. */
  constructor(keyOf: SortKey) {
    this.#keyOf = keyOf;
    this.#current = new Ranking(keyOf, []);
  }

  get bytes(): number {
    return this.#current.bytes;
  }

  /** Takes note of a row that is new, or is sorted by something else from now on. */
  rank(row: number): void {
    this.#end = Math.max(this.#end, row + 1);
    if (this.#current.rank(row)) this.#moved += 1;
    this.#next?.rank(row);
  }

  /**
   * Takes new boundaries if many rows have been added or have moved, and one rank now has far more rows than others. It
   * yields whenever others may get their turn.
   * @param share how many are many, as a part of those that there were the last time.
   */
  *renew(share = 1 / 2): Generator<void> {
    const end = this.#end;
    if (Math.max(end - this.#known, this.#moved) < Math.max(this.#known * share, fewRows)) return;
    [this.#known, this.#moved] = [end, 0];
    const sample = Uint32Array.from({ length: sampleSize }, (_, index) =>
      Math.floor((index * end) / sampleSize),
    );
    const counts = yield* countRanks(rowsOf(sample), this.#current);
    if (Math.max(...counts) <= mostInOne * sampledForEach) return;
    const next = new Ranking(this.#keyOf, yield* boundariesIn(sample, this.#keyOf));
    // From here on, rows that are added or move are given a rank in both.
    this.#next = next;
    const rank = (from: number, to: number) => {
      for (let row = from; row < to; row += 1) next.rank(row);
    };
    yield* inParts(this.#end, rank, rowsAtOnce);
    [this.#current, this.#next] = [next, undefined];
  }

  /** Those of some rows that are on a page, in its order. It yields whenever others may get their turn. */
  *page(found: FoundRows, { direction, offset, limit }: Page): Generator<void, Uint32Array> {
    const { count } = found;
    const first = Math.min(offset, count);
    const behind = Math.min(offset + limit, count);
    const [from, to] = direction === 1 ? [first, behind] : [count - behind, count - first];
    const { rows: near, before } = yield* this.nearPage(found, from, to);
    yield* sortWindow(near, this.#keyOf, from - before, to - before);
    const page = near.subarray(from - before, to - before);
    return direction === 1 ? page : page.reverse();
  }

  /**
   * Leaves out most of the rows that are not at the positions `from` to `to` of the order, by their ranks. It yields
   * whenever others may get their turn.
   */
  *nearPage(found: FoundRows, from: number, to: number): Generator<void, RowsNearPage> {
    if (found.count <= fewRows) return { rows: yield* collectRows(found), before: 0 };
    const ranking = this.#current;
    const counts = yield* countRanks(found, ranking);
    const countOf = (rank: number): number => counts[rank] ?? 0;
    let [low, before] = [0, 0];
    for (; low < rankCount && before + countOf(low) <= from; low += 1) before += countOf(low);
    let [high, behind] = [low, before];
    for (; high < rankCount && behind < to; high += 1) behind += countOf(high);
    // Others may move there after they were counted.
    const near = new RowList(behind - before);
    for (const block of found.blocks()) {
      for (const row of block) {
        const rank = ranking.rankOf(row);
        if (rank >= low && rank < high) near.add(row);
      }
      yield;
    }
    return { rows: near.rows, before };
  }
}

/** How many of the rows have each rank. */
function* countRanks(found: FoundRows, ranking: Ranking): Generator<void, Uint32Array> {
  const counts = new Uint32Array(rankCount);
  for (const block of found.blocks()) {
    for (const row of block) {
      const rank = ranking.rankOf(row);
      counts[rank] = (counts[rank] ?? 0) + 1;
    }
    yield;
  }
  return counts;
}

/** The sort keys of rows of a sample that divide it evenly, ascending: as they were, since rows may move meanwhile. */
function* boundariesIn(sample: Uint32Array, keyOf: SortKey): Generator<void, number[][]> {
  const keys: number[][] = [];
  const takeKeys = (from: number, to: number) => {
    for (const row of sample.subarray(from, to))
      keys.push(Array.from({ length: depthCount }, (_, depth) => keyOf(row, depth)));
  };
  yield* inParts(sample.length, takeKeys, rowsAtOnce);
  const order = Uint32Array.from(keys.keys());
  yield* sortWindow(order, (index, depth) => keys[index]?.[depth] ?? index, 0, order.length);
  return [...order]
    .filter((_, place) => place > 0 && place % sampledForEach === 0)
    .map((index) => keys[index] ?? []);
}
