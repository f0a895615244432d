import { prefixEnd } from '../storage/layout.ts';

/**
 * A range of keys of one field: `low` inclusive, `high` exclusive. `isPoint` if it contains the key of a single value
 * only.
 */
export interface Interval {
  readonly low: Buffer;
  readonly high: Buffer;
  readonly isPoint: boolean;
}

const lowest = Buffer.alloc(0);
const highest = Buffer.from([0xff]);

/** Every key. */
export const fullInterval: Interval = { low: lowest, high: highest, isPoint: false };

export const pointInterval = (key: Buffer): Interval => ({ low: key, high: prefixEnd(key), isPoint: true });

export const rangeInterval = (low: Buffer, high: Buffer): Interval => ({ low, high, isPoint: false });

export const isFull = (intervals: readonly Interval[]): boolean =>
  intervals.length === 1 && intervals[0]?.low.length === 0 && intervals[0].high.equals(highest);

const isEmpty = (interval: Interval): boolean => Buffer.compare(interval.low, interval.high) >= 0;

const later = (a: Buffer, b: Buffer): Buffer => (Buffer.compare(a, b) >= 0 ? a : b);
const earlier = (a: Buffer, b: Buffer): Buffer => (Buffer.compare(a, b) <= 0 ? a : b);

/** The union of intervals: in order, and not touching each other unless both are points. */
export function union(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter((each) => !isEmpty(each)).sort((a, b) => Buffer.compare(a.low, b.low));
  const merged: Interval[] = [];
  for (const next of sorted) {
    const last = merged.at(-1);
    if (last === undefined || Buffer.compare(next.low, last.high) >= 0) merged.push(next);
    else if (!(last.isPoint && next.isPoint)) {
      merged[merged.length - 1] = rangeInterval(last.low, later(last.high, next.high));
    }
  }
  return merged;
}

/** The intersection of two unions. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const found: Interval[] = [];
  let [i, j] = [0, 0];
  for (let [left, right] = [a[0], b[0]]; left && right; [left, right] = [a[i], b[j]]) {
    const low = later(left.low, right.low);
    const high = earlier(left.high, right.high);
    const isPoint = left.isPoint || right.isPoint;
    if (Buffer.compare(low, high) < 0) found.push({ low, high, isPoint });
    if (Buffer.compare(left.high, right.high) <= 0) i += 1;
    else j += 1;
  }
  return found;
}

/** Everything outside a union. */
export function complement(intervals: readonly Interval[]): Interval[] {
  const found: Interval[] = [];
  let low: Buffer = lowest;
  for (const interval of union(intervals)) {
    found.push(rangeInterval(low, interval.low));
    low = interval.high;
  }
  found.push(rangeInterval(low, highest));
  return found.filter((each) => !isEmpty(each));
}

const invertBytes = (bytes: Buffer): Buffer => {
  const inverted = Buffer.from(bytes);
  for (let i = 0; i < inverted.length; i += 1) inverted[i] = 0xff - (inverted[i] ?? 0);
  return inverted;
};

/** The interval of the inverted keys of a descending field. */
function invert(interval: Interval): Interval {
  return {
    low: interval.isPoint ? invertBytes(interval.low) : prefixEnd(invertBytes(interval.high)),
    high: prefixEnd(invertBytes(interval.low)),
    isPoint: interval.isPoint,
  };
}

/** The intervals as a field of this direction stores them, in the order of the stored keys. */
export function inDirection(intervals: readonly Interval[], direction: 1 | -1): Interval[] {
  return direction === 1 ? [...intervals] : intervals.map(invert).reverse();
}
