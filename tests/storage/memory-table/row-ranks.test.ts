import fc from 'fast-check';
import { RowRanks } from '../../../src/storage/memory-table/row-ranks.ts';
import { rowsOf } from '../../../src/storage/memory-table/row-set.ts';
import { type SortKey, sortWindow } from '../../../src/storage/memory-table/sort-window.ts';
import { inSlices } from '../../../src/storage/memory-table/time-slices.ts';
import { rowOrders, rowsUpTo, scattered, sortedInFull } from '../../support/row-orders.ts';

const size = 20_000;

async function ranksOf(keyOf: SortKey, from: number, to: number, ranks = new RowRanks(keyOf)) {
  for (let row = from; row < to; row += 1) ranks.rank(row);
  await inSlices(ranks.renew());
  return ranks;
}

const nearPage = (ranks: RowRanks, rows: Uint32Array, from: number, to: number) =>
  inSlices(ranks.nearPage(rowsOf(rows), from, to));

async function page(ranks: RowRanks, keyOf: SortKey, from: number, to: number): Promise<number[]> {
  const { rows, before } = await nearPage(ranks, rowsUpTo(size), from, to);
  await inSlices(sortWindow(rows, keyOf, from - before, to - before));
  return [...rows.subarray(from - before, to - before)];
}

describe('the ranks of rows', () => {
  it.each(Object.entries(rowOrders))('give the pages that sorting all rows would: %s', async (_, keyOf) => {
    const ranks = await ranksOf(keyOf, 0, size);
    const sorted = sortedInFull(keyOf, rowsUpTo(size));
    const windows = fc.record({ offset: fc.nat(size), limit: fc.integer({ min: 0, max: 300 }) });
    await fc.assert(
      fc.asyncProperty(windows, async ({ offset, limit }) => {
        const to = Math.min(size, offset + limit);
        expect(await page(ranks, keyOf, offset, to)).toEqual(sorted.slice(offset, to));
      }),
      { numRuns: 30, examples: [[{ offset: 0, limit: 50 }], [{ offset: size - 50, limit: 50 }]] },
    );
  });

  it.each(Object.entries(rowOrders))('leave out nearly all that is not on the page: %s', async (_, keyOf) => {
    const ranks = await ranksOf(keyOf, 0, size);
    for (const from of [0, 10_000, size - 50]) {
      const { rows } = await nearPage(ranks, rowsUpTo(size), from, from + 50);
      expect(rows.length).toBeLessThan(size / 50);
    }
  });

  it('are right for rows that were added later, and divide them when they are many', async () => {
    const keyOf = rowOrders.ascending as SortKey;
    const ranks = await ranksOf(keyOf, 0, size / 4);
    for (let row = size / 4; row < size; row += 1) ranks.rank(row);
    const nearLast = async () => (await nearPage(ranks, rowsUpTo(size), size - 50, size)).rows.length;
    expect(await page(ranks, keyOf, 10_000, 10_050)).toEqual(
      sortedInFull(keyOf, rowsUpTo(size)).slice(10_000, 10_050),
    );
    expect(await nearLast()).toBeGreaterThan(size / 2);
    await inSlices(ranks.renew());
    expect(await nearLast()).toBeLessThan(size / 50);
  });

  it('are right for rows that move while all are ranked anew', async () => {
    const moved = new Set<number>();
    const keyOf: SortKey = (row) => (moved.has(row) ? -row : row);
    const ranks = new RowRanks(keyOf);
    for (let row = 0; row < size; row += 1) ranks.rank(row);
    let [steps, next] = [0, 0];
    for (const _ of ranks.renew()) {
      steps += 1;
      // One that has been ranked anew, and one that has not been yet.
      for (const row of [next, size - 1 - next]) {
        moved.add(row);
        ranks.rank(row);
      }
      next += 1;
    }
    expect(steps).toBeGreaterThan(2);
    expect(await page(ranks, keyOf, 0, 50)).toEqual(sortedInFull(keyOf, rowsUpTo(size)).slice(0, 50));
    expect(await page(ranks, keyOf, 19_900, 19_950)).toEqual(
      sortedInFull(keyOf, rowsUpTo(size)).slice(19_900, 19_950),
    );
  });

  it('leave out no row of a page because others move there while it is looked for', async () => {
    const moved = new Set<number>();
    const keyOf: SortKey = (row) => (moved.has(row) ? size + row : row);
    const ranks = await ranksOf(keyOf, 0, size);
    const work = ranks.nearPage(rowsOf(rowsUpTo(size)), size - 50, size);
    let next = 0;
    let step = work.next();
    for (; !step.done; step = work.next())
      for (const last = next + 40; next < last; next += 1) {
        moved.add(next);
        ranks.rank(next);
      }
    expect(moved.size).toBeGreaterThan(0);
    expect([...step.value.rows]).toEqual(expect.arrayContaining([...rowsUpTo(size)].slice(-50)));
  });

  it('are made anew a few rows at a time', () => {
    let looks = 0;
    const keyOf: SortKey = (row, depth) => {
      looks += 1;
      return depth < 8 ? 0 : scattered(row);
    };
    const ranks = new RowRanks(keyOf);
    for (let row = 0; row < size; row += 1) ranks.rank(row);
    looks = 0;
    let most = 0;
    for (const _ of ranks.renew()) {
      most = Math.max(most, looks);
      looks = 0;
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(size / 2);
  });

  it('are not made anew for rows that come everywhere in the order', async () => {
    let looks = 0;
    const keyOf: SortKey = (row) => {
      looks += 1;
      return scattered(row);
    };
    const ranks = await ranksOf(keyOf, 0, size);
    for (let row = size; row < 2 * size; row += 1) ranks.rank(row);
    looks = 0;
    await inSlices(ranks.renew());
    expect(looks).toBe(0);
  });
});
