import type { SortKey } from '../../src/storage/memory-table/sort-window.ts';

export const rowsUpTo = (end: number) => Uint32Array.from({ length: end }, (_, row) => row);

/** Numbers that look random and are the same each time. */
export const scattered = (row: number): number => Math.imul(row + 1, 2_654_435_761) >>> 0;

/** Keys of three numbers, of which the last one differs from row to row. */
export const rowOrders: Readonly<Record<string, SortKey>> = {
  'all different': (row, depth) => (depth === 0 ? scattered(row) : row),
  ascending: (row) => row,
  descending: (row) => -row,
  'all alike at first': (row, depth) => (depth < 2 ? 7 : scattered(row)),
  'mostly alike': (row, depth) => (depth === 0 && row % 10 === 0 ? row : depth === 0 ? 500 : scattered(row)),
  'a few kinds': (row, depth) => (depth === 0 ? row % 26 : depth === 1 ? scattered(row) % 16 : row),
  'dates or none': (row, depth) => (depth === 0 ? (row % 3 ? -Infinity : row) : scattered(row)),
};

/** All of some rows in their order. */
export function sortedInFull(keyOf: SortKey, rows: Uint32Array): number[] {
  const compare = (a: number, b: number): number => {
    for (let depth = 0; depth < 3; depth += 1) {
      const [left, right] = [keyOf(a, depth), keyOf(b, depth)];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  };
  return [...rows].sort(compare);
}
