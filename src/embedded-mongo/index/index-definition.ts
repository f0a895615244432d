import { fieldsOf } from '../bson/fields.ts';
import { isTruthy } from '../bson/truth.ts';
import type { Document } from '../bson/types.ts';
import { type FilterNode, pathsOfFilter } from '../query/filter-node.ts';
import { compileFilter, type Matcher } from '../query/matcher.ts';
import { parseFilter } from '../query/parse-filter.ts';

/** One field of an index key. */
export interface IndexField {
  path: string;
  components: readonly string[];
  direction: 1 | -1;
}

/** An index of a collection, as the planner and the storage use it. */
export interface Index {
  /** The number of its table in storage. */
  readonly id: number;
  readonly name: string;
  /** What `listIndexes` shows: `v`, `key`, `name` and the options given. */
  readonly spec: Document;
  readonly fields: readonly IndexField[];
  readonly paths: readonly (readonly string[])[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly partial: { node: FilterNode; matcher: Matcher } | undefined;
  readonly expireAfterSeconds: number | undefined;
  /** The paths that determine a document's entries in the index, each by its components; undefined if any may. */
  readonly readPaths: readonly (readonly string[])[] | undefined;
  /** The paths that had an array in at least one document that was ever indexed. */
  readonly arrayPaths: Set<string>;
  /** Whether any key was ever too long to be stored whole: then the order of keys is not that of values. */
  hasLongKeys: boolean;
  /** The size of its entries in storage, in bytes. */
  entryBytes: number;
  /** False while the index is being built over existing documents. */
  isReady: boolean;
  /** The number of the first record that may still lack entries, while the index is being built. */
  nextToBuild: number;
  /** The number of the first record that has not been read for the build yet. */
  nextToRead: number;
}

const directionOf = (value: unknown): 1 | -1 => (Number(String(value)) < 0 ? -1 : 1);

/** An index from its specification, which must have been checked. */
export function defineIndex(
  id: number,
  spec: Document,
  state: {
    arrayPaths?: readonly string[];
    hasLongKeys?: boolean;
    isReady?: boolean;
    nextToBuild?: number;
  } = {},
): Index {
  const fields = fieldsOf(spec.key as Document).map(([path, value]) => ({
    path,
    components: path.split('.'),
    direction: directionOf(value),
  }));
  const filter = spec.partialFilterExpression as Document | undefined;
  const node = filter && parseFilter(filter);
  const paths = fields.map((field) => field.components);
  const filterPaths = node ? pathsOfFilter(node) : [];
  return {
    id,
    name: String(spec.name),
    spec,
    fields,
    paths,
    unique: isTruthy(spec.unique) || isIdKey(spec.key as Document),
    sparse: isTruthy(spec.sparse),
    partial: node && { node, matcher: compileFilter(node) },
    expireAfterSeconds:
      spec.expireAfterSeconds === undefined ? undefined : Number(String(spec.expireAfterSeconds)),
    readPaths: filterPaths && [...paths, ...filterPaths],
    arrayPaths: new Set(state.arrayPaths ?? []),
    hasLongKeys: state.hasLongKeys ?? false,
    entryBytes: 0,
    isReady: state.isReady ?? true,
    nextToBuild: state.nextToBuild ?? 1,
    nextToRead: state.nextToBuild ?? 1,
  };
}

/** Whether a key pattern is that of the index on `_id`, which every collection has. */
export function isIdKey(key: Document): boolean {
  const names = Object.keys(key);
  return names.length === 1 && names[0] === '_id' && directionOf(key._id) === 1;
}
