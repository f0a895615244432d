import type { Document, Value } from '../bson/types.ts';
import type { FilterNode } from './filter-node.ts';

/** Where a match is recorded for the positional operator. The outermost array on the path writes last. */
export interface Position {
  index: number | undefined;
}

/** A test of one value that a path reaches; `undefined` if there is nothing at the path. */
export type ElementTest = (value: Value | undefined, position?: Position) => boolean;

/** A test of a whole document. */
export type DocumentTest = (document: Document, position?: Position) => boolean;

/** Compiles a filter inside `$elemMatch`. */
export type NodeCompiler = (node: FilterNode) => DocumentTest;
