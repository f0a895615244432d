import fc from 'fast-check';
import { firstRows } from '../../../src/storage/memory-table/first-rows.ts';
import { rowsOf } from '../../../src/storage/memory-table/row-set.ts';
import { type SortKey, sortWindow } from '../../../src/storage/memory-table/sort-window.ts';
import { inSlices } from '../../../src/storage/memory-table/time-slices.ts';
import { rowOrders, rowsUpTo, sortedInFull } from '../../support/row-orders.ts';

const size = 20_000;
const foundUpTo = (end: number) => rowsOf(rowsUpTo(end));

async function page(keyOf: SortKey, from: number, to: number): Promise<number[]> {
  const first = await inSlices(firstRows(foundUpTo(size), keyOf, to));
  await inSlices(sortWindow(first, keyOf, from, to));
  return [...first.subarray(from, to)];
}

describe('the first rows of an order', () => {
  it.each(Object.entries(rowOrders))('are those that sorting all would give: %s', async (_, keyOf) => {
    const sorted = sortedInFull(keyOf, rowsUpTo(size));
    const windows = fc.record({ offset: fc.nat(size), limit: fc.integer({ min: 0, max: 300 }) });
    await fc.assert(
      fc.asyncProperty(windows, async ({ offset, limit }) => {
        const to = Math.min(size, offset + limit);
        expect(await page(keyOf, offset, to)).toEqual(sorted.slice(offset, to));
      }),
      { numRuns: 30, examples: [[{ offset: 0, limit: 50 }], [{ offset: 1_000, limit: 50 }]] },
    );
  });

  it.each(Object.entries(rowOrders))('are found by looking once at all others: %s', async (_, keyOf) => {
    let looks = 0;
    const counted: SortKey = (row, depth) => {
      looks += 1;
      return keyOf(row, depth);
    };
    const many = 200_000;
    await inSlices(firstRows(foundUpTo(many), counted, 150));
    // Up to three numbers of each row, and those of the sample.
    expect(looks).toBeLessThan(3.6 * many);
  });

  it('leave others their turn', () => {
    const steps = [...firstRows(foundUpTo(size), (row) => row, 50)];
    expect(steps.length).toBeGreaterThan(3);
  });
});
