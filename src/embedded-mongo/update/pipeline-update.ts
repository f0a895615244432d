import type { Document } from '../bson/types.ts';
import { notImplemented } from '../errors.ts';

/** Compiles the stages of a pipeline update into a function of one document. */
export function compilePipelineUpdate(
  _stages: readonly Document[],
  _variables: Document | undefined,
): (document: Document, now: Date) => Document {
  throw notImplemented('a pipeline update');
}
