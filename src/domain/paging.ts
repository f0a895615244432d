/**
 * No answer holds more documents than this, even when all are asked for: it is built in memory. `total` shows that
 * there are more, and `offset` reaches them.
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
}

/** Some of the documents, and how many there are in all. */
export interface PageOf<T> {
  readonly items: T[];
  readonly total: number;
}
