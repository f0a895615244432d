import type { Document, Value } from './types.ts';

/** A document's own fields in order. */
export function fieldsOf(document: Document): [string, Value][] {
  return Object.entries(document);
}

/** The value of an own field: `constructor` and `__proto__` are data like any other name. */
export function getField(document: Document, name: string): Value | undefined {
  return Object.hasOwn(document, name) ? document[name] : undefined;
}

/** Sets an own field in place; it keeps its position if it exists, and is appended otherwise. */
export function setField(document: Document, name: string, value: Value): void {
  if (name === '__proto__') {
    Object.defineProperty(document, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    document[name] = value;
  }
}

/** A document with these fields, in this order. */
export function documentOf(entries: Iterable<readonly [string, Value]>): Document {
  const document: Document = {};
  for (const [name, value] of entries) setField(document, name, value);
  return document;
}

/** A shallow copy of the document. */
export function copyOf(document: Document): Document {
  return { ...document };
}

const dbRefFields = new Set(['$ref', '$id', '$db']);

/** Whether a name may be part of a path although it begins with `$`: those of a DBRef's fields may. */
export const isDbRefField = (name: string): boolean => dbRefFields.has(name);

const arrayIndexPattern = /^(?:0|[1-9]\d{0,9})$/;

/** The array position that a path component names (`0`, `12`, not `01`), or -1. */
export function arrayIndex(component: string): number {
  return arrayIndexPattern.test(component) ? Number(component) : -1;
}

/** The components of a dotted path. */
export function splitPath(path: string): string[] {
  return path.split('.');
}
