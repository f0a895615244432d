import type { CreateIndexesOptions } from 'mongodb';

/**
 * An index of Foyer's own. Names begin with `foyer_`, so that Rocket.Chat's indexes on the same collection are
 * never replaced; where Rocket.Chat has one with the same key already, that one serves.
 */
export interface Index {
  readonly collection: string;
  readonly name: `foyer_${string}`;
  readonly key: Readonly<Record<string, 1 | -1>>;
  readonly options?: Pick<
    CreateIndexesOptions,
    'unique' | 'sparse' | 'partialFilterExpression' | 'expireAfterSeconds'
  >;
  /** The query or the uniqueness that the index is for. */
  readonly serves: string;
}
