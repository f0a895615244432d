import { createHash } from 'node:crypto';
import { arrayIndex, getField } from '../bson/fields.ts';
import { keysOf, valuesBesideArrays } from '../bson/path-keys.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import type { Index } from './index-definition.ts';
import { fieldsKey } from './key-encoding.ts';

/** Longer keys are truncated here and distinguished by a hash; LMDB's own limit is 1,978 bytes. */
export const maxKeyLength = 1000;

/** One of a document's index keys: its bytes, and the values it stands for. */
export interface IndexKey {
  key: Buffer;
  values: (Value | undefined)[];
}

/** A document's entries in an index. */
export interface IndexKeys {
  keys: IndexKey[];
  /** The paths (`a`, `a.b`) on the way to the indexed fields that contain arrays. */
  arrayPaths: string[];
  hasLongKey: boolean;
}

const noKeys: IndexKeys = { keys: [], arrayPaths: [], hasLongKey: false };

/** A key truncated to what LMDB can store; equal keys stay equal, different ones different. */
export function fitKey(key: Buffer): Buffer {
  if (key.length <= maxKeyLength) return key;
  return Buffer.concat([key.subarray(0, maxKeyLength), createHash('sha256').update(key).digest()]);
}

function refuseAmbiguousName(array: readonly Value[], component: string, path: string): void {
  const position = arrayIndex(component);
  if (position < 0 || position >= array.length) return;
  if (array.some((item) => isDocument(item) && getField(item, component) !== undefined)) {
    throw new MongoError(
      16746,
      `Ambiguous field name found in array (do not use numeric field names in embedded elements in an array), field: '${component}' for path: ${path}`,
    );
  }
}

/** Collects in `found` which prefixes of a dotted path contain arrays in this document. */
function collectArrayPaths(
  start: Value | undefined,
  components: readonly string[],
  found: Set<string>,
  prefix = '',
): void {
  let value = start;
  let path = prefix;
  for (const [i, component] of components.entries()) {
    if (Array.isArray(value)) {
      found.add(path);
      refuseAmbiguousName(value, component, path);
      const rest = components.slice(i);
      for (const item of value) if (isDocument(item)) collectArrayPaths(item, rest, found, path);
      const position = arrayIndex(component);
      if (position >= 0 && value[position] !== undefined) {
        collectArrayPaths(value[position], rest.slice(1), found, `${path}.${component}`);
      }
      return;
    }
    if (!isDocument(value)) return;
    value = getField(value, component);
    path = path === '' ? component : `${path}.${component}`;
  }
  if (Array.isArray(value)) found.add(path);
}

/** Whether any indexed field exists, even as null: the condition of a sparse index. */
function hasAnyField(document: Document, index: Index): boolean {
  const isThere = (value: Value | undefined, components: readonly string[]): boolean => {
    const [first, ...rest] = components;
    if (first === undefined) return value !== undefined;
    if (Array.isArray(value)) {
      const position = arrayIndex(first);
      if (position >= 0 && position < value.length) return isThere(value[position], rest);
      return value.some((item) => isDocument(item) && isThere(item, components));
    }
    return isDocument(value) && isThere(getField(value, first), rest);
  };
  return index.fields.some((field) => isThere(document, field.components));
}

function uniqueKeys(index: Index, tuples: readonly (Value | undefined)[][]): IndexKeys['keys'] {
  const byText = new Map<string, IndexKey>();
  for (const values of tuples) {
    const key = fieldsKey(index.fields, values);
    byText.set(key.toString('latin1'), { key, values });
  }
  return [...byText.values()];
}

/** The keys that a document has in an index. Throws CannotIndexParallelArrays (171). */
export function indexKeysOf(index: Index, document: Document): IndexKeys {
  if (index.partial && !index.partial.matcher.matches(document)) return noKeys;
  const values = valuesBesideArrays(document, index.paths);
  return values ? keyBesideArrays(index, values) : keysAmongArrays(index, document);
}

/** Most documents have no arrays at the indexed paths, and so one key. */
function keyBesideArrays(index: Index, values: readonly (Value | undefined)[]): IndexKeys {
  if (index.sparse && values.every((value) => value === undefined)) return noKeys;
  const tuple = values.map((value) => value ?? null);
  return fitted([keyOfTuple(index, tuple)], []);
}

function keysAmongArrays(index: Index, document: Document): IndexKeys {
  if (index.sparse && !hasAnyField(document, index)) return noKeys;
  const tuples = keysOf(document, index.paths);
  const found = new Set<string>();
  for (const components of index.paths) collectArrayPaths(document, components, found);
  const keys = tuples.length === 1 && tuples[0] ? [keyOfTuple(index, tuples[0])] : uniqueKeys(index, tuples);
  return fitted(keys, [...found]);
}

/** Keys, each truncated if it is too long. */
function fitted(keys: IndexKey[], arrayPaths: string[]): IndexKeys {
  let hasLongKey = false;
  for (const each of keys) {
    if (each.key.length > maxKeyLength) hasLongKey = true;
    each.key = fitKey(each.key);
  }
  return { keys, arrayPaths, hasLongKey };
}

const keyOfTuple = (index: Index, values: (Value | undefined)[]): IndexKey => ({
  key: fieldsKey(index.fields, values),
  values,
});
