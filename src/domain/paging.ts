/**
 * No list is longer than this, even when all is asked for. `total` shows that there are more, and `offset` reaches
 * them.
 */
export const largestPage = 50_000;

/** How many documents a page may hold for the requested `count`; 0 asks for all. */
export const pageLimit = (count: number): number => (count === 0 ? largestPage : count);

/** Fields to sort by, the first one first: 1 is ascending, -1 descending. */
export type SortOrder = Readonly<Record<string, 1 | -1>>;

/** Which documents, in which order. A `count` of 0 asks for all of them. */
export interface PageRequest<Sort = SortOrder> {
  readonly count: number;
  readonly offset: number;
  readonly sort: Sort;
  /** Aborts when nobody is waiting for the page any more; reading it then stops. */
  readonly signal: AbortSignal;
}

/**
 * Documents in the order asked for, a few at a time, read as they are consumed: whoever stops consuming stops the
 * reading, too. They can be consumed once.
 */
export type Batches<T> = AsyncIterable<readonly T[]>;

/** Some of the documents, and how many there are in all. */
export interface PageOf<T> {
  readonly items: Batches<T>;
  readonly total: number;
}

/** Changes each document as it is read. */
export const mapEach = <T, U>(batches: Batches<T>, change: (item: T) => U): Batches<U> =>
  mapBatches(batches, (batch) => batch.map(change));

/** Changes documents as they are read, those of a batch at a time. */
export async function* mapBatches<T, U>(
  batches: Batches<T>,
  change: (batch: readonly T[]) => readonly U[] | Promise<readonly U[]>,
): AsyncGenerator<readonly U[]> {
  for await (const batch of batches) yield await change(batch);
}

/** Documents that are in memory anyway. */
export async function* inOneBatch<T>(items: readonly T[]): AsyncGenerator<readonly T[]> {
  yield items;
}

/** Reads everything that is left, for callers that know it to be little. */
export async function collect<T>(batches: Batches<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const batch of batches) items.push(...batch);
  return items;
}
