import { arrayIndex, getField, splitPath } from '../bson/fields.ts';
import { encode } from '../bson/raw.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';
import { valueKey } from '../bson/value-key.ts';
import { MongoError } from '../errors.ts';

/** MongoDB's limit for the values in an answer. */
const mostBytes = 16 * 1024 * 1024;

function collect(value: Value | undefined, components: readonly string[], at: number, out: Value[]): void {
  if (value === undefined) return;
  if (at === components.length) {
    for (const each of Array.isArray(value) ? value : [value]) out.push(each);
    return;
  }
  const component = components[at] ?? '';
  if (!Array.isArray(value)) {
    if (isDocument(value)) collect(getField(value, component), components, at + 1, out);
    return;
  }
  const index = arrayIndex(component);
  if (index >= 0) collect(value[index], components, at + 1, out);
  else for (const element of value) if (isDocument(element)) collect(element, components, at, out);
}

/** The values at a path in one document; an array at its end is replaced by its elements. */
export function valuesAtPath(document: Document, components: readonly string[]): Value[] {
  const values: Value[] = [];
  collect(document, components, 0, values);
  return values;
}

/**
 * The values of a dotted path, as `distinct` returns them: elements instead of arrays, each value once, in the order
 * of their first appearance.
 */
export class DistinctValues {
  readonly #components: readonly string[];
  readonly #found = new Map<string, Value>();
  #bytes = 0;

  constructor(path: string) {
    this.#components = splitPath(path);
  }

  /** Throws Location17217 where the values no longer fit into one answer. */
  add(document: Document): void {
    for (const value of valuesAtPath(document, this.#components)) {
      const key = valueKey(value);
      if (this.#found.has(key)) continue;
      this.#bytes += encode({ value }).length;
      if (this.#bytes > mostBytes) throw new MongoError(17217, 'distinct too big, 16mb cap');
      this.#found.set(key, value);
    }
  }

  list(): Value[] {
    return [...this.#found.values()];
  }
}
