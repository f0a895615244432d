import type { CreateIndexesOptions } from 'mongodb';

/** Where an index is, and its name. */
export interface IndexName {
  readonly collection: string;
  readonly name: `foyer_${string}`;
}

/**
 * One of Foyer's own indexes. The names begin with `foyer_`, so that none of Rocket.Chat's indexes on the same
 * collection is ever replaced; if Rocket.Chat has one with the same key, that one serves.
 */
export interface Index extends IndexName {
  readonly key: Readonly<Record<string, 1 | -1>>;
  readonly options?: Pick<
    CreateIndexesOptions,
    'unique' | 'sparse' | 'partialFilterExpression' | 'expireAfterSeconds'
  >;
  /** Whether those of large collections wait until this one stands: visitors cannot register before. */
  readonly isBuiltFirst?: true;
  /** Whether claims keep the key unique while the index does not stand, and where it cannot. */
  readonly isClaimed?: true;
  /** The index of an earlier release that serves until this one stands, and is dropped then. */
  readonly replaces?: IndexName['name'];
  /** The query or the uniqueness that needs the index. */
  readonly serves: string;
}
