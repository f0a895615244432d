import type { SortPart } from '../bson/sort-compare.ts';
import { type IndexScan, isMultikeyPath } from './index-scan.ts';
import { isFull } from './intervals.ts';

/** How a scan produces the requested order. */
export interface IndexOrder {
  readonly isReverse: boolean;
  /**
   * The number of leading fields whose combinations must be merged, each being in order by itself; 0 if the scan's
   * ranges are in order one after another.
   */
  readonly mergedFields: number;
}

/** Ranges beyond this number are not merged; sorting is cheaper. */
export const maxMerged = 200;

interface State {
  field: number;
  direction: number;
  mergedFields: number;
}

/** Advances over the index's fields to the one that provides the next part of the order; false if there is none. */
function takePart(scan: IndexScan, state: State, part: SortPart): boolean {
  while (state.field < scan.index.fields.length) {
    const field = scan.index.fields[state.field];
    if (!field) return false;
    const points = state.field < scan.pointFields ? scan.fields[state.field]?.intervals.length : undefined;
    if (field.path === part.path) {
      state.field += 1;
      if (points === 1) return true;
      const wanted = part.direction * field.direction;
      if (state.direction !== 0 && state.direction !== wanted) return false;
      state.direction = wanted;
      return true;
    }
    if (points === undefined) return false;
    if (points > 1) {
      if (state.direction !== 0) return false;
      state.mergedFields = state.field + 1;
    }
    state.field += 1;
  }
  return false;
}

/**
 * Whether the index can provide an order despite arrays: only a scan of all its entries meets the smallest element
 * first.
 */
function arraysAllow(scan: IndexScan, sort: readonly SortPart[]): boolean {
  if (!sort.some((part) => isMultikeyPath(scan.index, part.path))) return true;
  const first = scan.fields[0];
  const isWholeScan = first === undefined || (scan.pointFields === 0 && isFull(first.intervals));
  return isWholeScan && sort.every((part, i) => scan.index.fields[i]?.path === part.path);
}

/** How a scan produces the sort's order, or undefined if it does not. */
export function indexOrder(scan: IndexScan, sort: readonly SortPart[]): IndexOrder | undefined {
  if (scan.index.hasLongKeys || !arraysAllow(scan, sort)) return undefined;
  const fixed = new Set<string>();
  for (const each of scan.fields.slice(0, scan.pointFields)) {
    if (each.intervals.length === 1) fixed.add(each.field.path);
  }
  const state: State = { field: 0, direction: 0, mergedFields: 0 };
  for (const part of sort) {
    if (fixed.has(part.path) && !isMultikeyPath(scan.index, part.path)) continue;
    if (!takePart(scan, state, part)) return undefined;
  }
  if (state.mergedFields > 0 && scan.ranges.length > maxMerged) return undefined;
  return { isReverse: state.direction === -1, mergedFields: state.mergedFields };
}
