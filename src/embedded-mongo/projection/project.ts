import type { Document } from '../bson/types.ts';
import { notImplemented } from '../errors.ts';

/** What a projection of one document depends on. */
export interface ProjectionContext {
  /** From `Matcher.matchedIndex`, for a positional projection (`"a.$": 1`). */
  readonly matchedIndex?: number | undefined;
}

/** A projection, ready to run. */
export interface Projection {
  /** Whether `Matcher.matchedIndex` is needed. */
  readonly isPositional: boolean;
  project(document: Document, context?: ProjectionContext): Document;
}

/** Compiles the projection of `find` and `findAndModify`. Throws MongoDB's errors for what it refuses. */
export function compileProjection(_specification: Document): Projection {
  throw notImplemented('projection');
}
