import type { Value } from '../bson/types.ts';

/** What happened to a value inside a document or an array. */
export type Change = { readonly kind: 'value'; readonly value: Value } | Difference;

export type Difference = DocumentDifference | ArrayDifference;

/** What an update changed in a document. Each list is in the order of the changes. */
export interface DocumentDifference {
  readonly kind: 'document';
  readonly updated: [string, Value][];
  readonly inserted: [string, Value][];
  readonly removed: string[];
  readonly nested: [string, Difference][];
}

/** What an update changed in an array. */
export interface ArrayDifference {
  readonly kind: 'array';
  /** How many elements are left of a truncated array. */
  readonly newSize?: number;
  /** By ascending position. */
  readonly elements: [number, Change][];
}

export const noDifference = (): DocumentDifference => ({
  kind: 'document',
  updated: [],
  inserted: [],
  removed: [],
  nested: [],
});

/**
 * Records the new value of a field: a value, if it was replaced as a whole. `isNew` says that there was none before.
 */
export function noteField(into: DocumentDifference, name: string, change: Change, isNew: boolean): void {
  if (change.kind !== 'value') into.nested.push([name, change]);
  else if (isNew) into.inserted.push([name, change.value]);
  else into.updated.push([name, change.value]);
}
