/** Says when work has held the event loop long enough, and lets others run. Commands use `TimeSlice`. */
export interface Pace {
  /** Whether others should get a turn. It is asked once per step, and no step may take long. */
  isOver(): boolean;
  /**
   * Lets others run. Throws if the work should end because its time is up or nobody is waiting for it any
   * more.
   */
  pause(): Promise<void>;
}

/** The same items, each counted as one step of the pace. */
export async function* paced<T>(items: AsyncIterable<T> | Iterable<T>, pace: Pace): AsyncGenerator<T> {
  for await (const item of items) {
    if (pace.isOver()) await pace.pause();
    yield item;
  }
}

/** Short enough to be sorted in one step. */
const runLength = 64;

/** Sorts like `Array.sort`, keeping the order of equal items, by merging sorted runs, which can be paused. */
export async function sortPaced<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
  pace: Pace,
): Promise<T[]> {
  let sorted: T[] = [];
  for (let from = 0; from < items.length; from += runLength) {
    if (pace.isOver()) await pace.pause();
    sorted.push(...items.slice(from, from + runLength).sort(compare));
  }
  for (let length = runLength; length < sorted.length; length *= 2) {
    const merged: T[] = [];
    for (let from = 0; from < sorted.length; from += 2 * length) {
      await merge(sorted, { from, middle: from + length, end: from + 2 * length }, merged, compare, pace);
    }
    sorted = merged;
  }
  return sorted;
}

async function merge<T>(
  items: readonly T[],
  runs: { from: number; middle: number; end: number },
  into: T[],
  compare: (a: T, b: T) => number,
  pace: Pace,
): Promise<void> {
  const middle = Math.min(runs.middle, items.length);
  const end = Math.min(runs.end, items.length);
  let [left, right] = [runs.from, middle];
  while (left < middle || right < end) {
    if (pace.isOver()) await pace.pause();
    const takesLeft = right >= end || (left < middle && compare(items[left] as T, items[right] as T) <= 0);
    into.push(items[takesLeft ? left++ : right++] as T);
  }
}
