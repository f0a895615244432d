/** Which documents, in which order. `count` 0 means all of them. */
export interface PageRequest {
  readonly count: number;
  readonly offset: number;
  readonly sort: Readonly<Record<string, 1 | -1>>;
}

/** Some of the documents, and how many there are. */
export interface PageOf<T> {
  readonly items: T[];
  readonly total: number;
}
