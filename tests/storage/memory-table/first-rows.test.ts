import fc from 'fast-check';
import { firstRows } from '../../../src/storage/memory-table/first-rows.ts';
import { type SortKey, sortWindow } from '../../../src/storage/memory-table/sort-window.ts';
import { inSlices } from '../../../src/storage/memory-table/time-slices.ts';

const size = 20_000;
const rowsUpTo = (end: number) => Uint32Array.from({ length: end }, (_, row) => row);

/** Numbers that look random and are the same each time. */
const scattered = (row: number): number => Math.imul(row + 1, 2_654_435_761) >>> 0;

/** Keys of three numbers, of which the last one differs from row to row. */
const orders: Readonly<Record<string, SortKey>> = {
  'all different': (row, depth) => (depth === 0 ? scattered(row) : row),
  ascending: (row) => row,
  descending: (row) => -row,
  'all alike at first': (row, depth) => (depth < 2 ? 7 : scattered(row)),
  'mostly alike': (row, depth) => (depth === 0 && row % 10 === 0 ? row : depth === 0 ? 500 : scattered(row)),
  'a few kinds': (row, depth) => (depth === 0 ? row % 26 : depth === 1 ? scattered(row) % 16 : row),
  'dates or none': (row, depth) => (depth === 0 ? (row % 3 ? -Infinity : row) : scattered(row)),
};

function inFull(keyOf: SortKey): number[] {
  const compare = (a: number, b: number): number => {
    for (let depth = 0; depth < 3; depth += 1) {
      const [left, right] = [keyOf(a, depth), keyOf(b, depth)];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  };
  return [...rowsUpTo(size)].sort(compare);
}

async function page(keyOf: SortKey, from: number, to: number): Promise<number[]> {
  const first = await inSlices(firstRows(rowsUpTo(size), keyOf, to));
  await inSlices(sortWindow(first, keyOf, from, to));
  return [...first.subarray(from, to)];
}

describe('the first rows of an order', () => {
  it.each(Object.entries(orders))('are those that sorting all would give: %s', async (_, keyOf) => {
    const sorted = inFull(keyOf);
    const windows = fc.record({ offset: fc.nat(size), limit: fc.integer({ min: 0, max: 300 }) });
    await fc.assert(
      fc.asyncProperty(windows, async ({ offset, limit }) => {
        const to = Math.min(size, offset + limit);
        expect(await page(keyOf, offset, to)).toEqual(sorted.slice(offset, to));
      }),
      { numRuns: 30, examples: [[{ offset: 0, limit: 50 }], [{ offset: 1_000, limit: 50 }]] },
    );
  });

  it.each(Object.entries(orders))('are found by looking once at all others: %s', async (_, keyOf) => {
    let looks = 0;
    const counted: SortKey = (row, depth) => {
      looks += 1;
      return keyOf(row, depth);
    };
    const many = 200_000;
    await inSlices(firstRows(rowsUpTo(many), counted, 150));
    // Up to three numbers of each row, and those of the sample.
    expect(looks).toBeLessThan(3.6 * many);
  });

  it('leave others their turn', () => {
    const steps = [...firstRows(rowsUpTo(size), (row) => row, 50)];
    expect(steps.length).toBeGreaterThan(3);
  });
});
