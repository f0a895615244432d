import type { Document, Value } from '../bson/types.ts';

/** What an operator sees besides the value it changes. */
export interface LeafContext {
  readonly now: Date;
  readonly isInsert: boolean;
  readonly matchedIndex: number | undefined;
  /** The document before the update. */
  readonly root: Document;
}

/** One operator on one path, such as `$inc` of `a.b`. */
export interface Leaf {
  readonly operator: string;
  /**
   * The new value for the current one. The very same value means that nothing changes; `undefined` stands for a
   * missing value on both sides.
   */
  apply(current: Value | undefined, context: LeafContext, path: readonly string[]): Value | undefined;
  /** How many elements it appends to an array that is not empty, if it does nothing else to it. */
  appendsTo?(array: readonly Value[]): number | undefined;
  /** Whether it does anything to this document at all. If absent, it always does. */
  isActive?(context: LeafContext): boolean;
  /** Whether a path through a scalar leaves the document alone instead of being refused. */
  readonly toleratesNonViablePath?: boolean;
}

/** The start of MongoDB's messages about a document: `{_id: 1}`. */
export function describeId(context: LeafContext): string {
  const id = Object.hasOwn(context.root, '_id') ? context.root._id : undefined;
  return `{_id: ${typeof id === 'string' ? `"${id}"` : String(id)}}`;
}
