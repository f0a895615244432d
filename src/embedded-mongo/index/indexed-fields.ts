import { type FieldTree, fieldTree } from '../bson/field-tree.ts';
import { decode, decodeFields } from '../bson/raw.ts';
import type { Document } from '../bson/types.ts';
import type { Index } from './index-definition.ts';

/** Does something once for a list of indexes, which seldom changes. */
function oncePerList<T>(make: (indexes: readonly Index[]) => T): (indexes: readonly Index[]) => T {
  const made = new WeakMap<readonly Index[], T>();
  return (indexes) => {
    const known = made.get(indexes);
    if (known !== undefined) return known;
    const value = make(indexes);
    made.set(indexes, value);
    return value;
  };
}

/** A collection's indexes but for the first, the one on `_id`. */
export const secondaryIndexes = oncePerList((indexes) => indexes.slice(1));

/** What indexes read of a document; undefined if that may be anything. */
const readFields = oncePerList((indexes): FieldTree | undefined => {
  const paths = indexes.map(({ readPaths }) => readPaths);
  return paths.includes(undefined) ? undefined : fieldTree(paths.flatMap((each) => each ?? []));
});

/** The part of a document that determines its index keys; the rest is not parsed. */
export function decodeIndexed(bytes: Buffer, indexes: readonly Index[]): Document {
  const fields = readFields(indexes);
  return fields ? decodeFields(bytes, fields) : decode(bytes);
}
