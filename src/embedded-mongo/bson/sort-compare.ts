import { badValue, ErrorCode, MongoError } from '../errors.ts';
import { compareValues } from './compare.ts';
import { fieldsOf, getField, isDbRefField, splitPath } from './fields.ts';
import { toInteger } from './numeric.ts';
import { keysOf, type PathKey } from './path-keys.ts';
import { type Document, isDocument, isNumeric, type Value } from './types.ts';

/** One part of a sort: a dotted path and its direction. */
export interface SortPart {
  readonly path: string;
  readonly direction: 1 | -1;
}

/** A sort, ready to compare documents. */
export interface Sorter {
  readonly parts: readonly SortPart[];
  /** The document's sort key: among the keys that arrays give, the one that the sort puts first. */
  keyOf(document: Document): PathKey;
  compareKeys(a: PathKey, b: PathKey): number;
}

function parsePart(path: string, value: Value): SortPart {
  if (isDocument(value)) {
    throw getField(value, '$meta') === undefined
      ? badValue(`Illegal key in $sort specification: ${path}`)
      : new MongoError(ErrorCode.NotImplemented, '$meta sorts are not implemented by the embedded database');
  }
  if (!isNumeric(value))
    throw new MongoError(15974, `Illegal key in $sort specification: ${path}: must be 1 or -1`);
  const direction = toInteger(value);
  if (direction !== 1n && direction !== -1n) {
    throw new MongoError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
  }
  if (path === '') throw new MongoError(40352, 'FieldPath cannot be constructed with empty string');
  const components = splitPath(path);
  if (components.includes('')) {
    const trailing = components.at(-1) === '';
    throw trailing
      ? new MongoError(40353, "FieldPath must not end with a '.'.")
      : new MongoError(15998, 'FieldPath field names may not be empty strings.');
  }
  if (components.some((component) => component.startsWith('$') && !isDbRefField(component))) {
    throw new MongoError(
      16410,
      `FieldPath field names may not start with '$'. Consider using $getField or $setField`,
    );
  }
  return { path, direction: direction === 1n ? 1 : -1 };
}

/** Reads a sort specification; throws MongoDB's errors for an invalid one. */
export function parseSort(specification: Document): SortPart[] {
  return fieldsOf(specification).map(([path, value]) => parsePart(path, value));
}

function comparator(parts: readonly SortPart[]): (a: PathKey, b: PathKey) => number {
  return (a, b) => {
    for (const [i, part] of parts.entries()) {
      const order = compareValues(a[i], b[i]);
      if (order !== 0) return order * part.direction;
    }
    return 0;
  };
}

function leastKey(keys: readonly PathKey[], compare: (a: PathKey, b: PathKey) => number): PathKey {
  return keys.reduce((least, key) => (compare(key, least) < 0 ? key : least));
}

/**
 * Compiles a sort. Arrays sort by their smallest element ascending and their greatest descending, an empty array
 * before null and missing values. Two parallel arrays in one sort are refused with BadValue (2), as in MongoDB.
 */
export function compileSort(parts: readonly SortPart[]): Sorter {
  const paths = parts.map((part) => splitPath(part.path));
  const compareKeys = comparator(parts);
  const keyOf = (document: Document): PathKey => {
    try {
      return leastKey(keysOf(document, paths), compareKeys);
    } catch (error) {
      if (!(error instanceof MongoError) || error.code !== ErrorCode.CannotIndexParallelArrays) throw error;
      throw badValue('cannot sort with keys that are parallel arrays');
    }
  };
  return { parts, keyOf, compareKeys };
}
