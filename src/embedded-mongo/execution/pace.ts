/** Says when work has kept the event loop for long enough, and lets others run. `TimeSlice` is the one of commands. */
export interface Pace {
  /** Whether it is others' turn; asked once a step, none of which may be long. */
  isOver(): boolean;
  /** Lets others run. Throws where the work is to end: its time is up, or nobody waits for it any more. */
  pause(): Promise<void>;
}

/** The same items, one step of the pace each. */
export async function* paced<T>(items: AsyncIterable<T> | Iterable<T>, pace: Pace): AsyncGenerator<T> {
  for await (const item of items) {
    if (pace.isOver()) await pace.pause();
    yield item;
  }
}

/** Short enough to be sorted in one step. */
const runLength = 64;

/** Sorts like `Array.sort`, keeping the order of equal items; a merge of sorted runs, because that can be paused. */
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
