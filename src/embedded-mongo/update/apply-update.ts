import type { Document } from '../bson/types.ts';
import { notImplemented } from '../errors.ts';
import type { FilterNode } from '../query/filter-node.ts';

/** What comes with an update. */
export interface UpdateOptions {
  readonly arrayFilters?: readonly Document[] | undefined;
  /** The variables of `let`, for pipeline updates. */
  readonly let?: Document | undefined;
}

/** What applying an update to one document depends on. */
export interface UpdateContext {
  /** From `Matcher.matchedIndex`, for the positional operator. */
  readonly matchedIndex?: number | undefined;
  readonly now: Date;
  /** Whether the document is being inserted by an upsert: `$setOnInsert` applies. */
  readonly isInsert?: boolean | undefined;
}

/** What an update did to one document. `document` is a new object where `modified`, the given one otherwise. */
export interface UpdateResult {
  readonly document: Document;
  readonly modified: boolean;
}

/** An update, ready to apply. */
export interface Update {
  readonly kind: 'replacement' | 'operators' | 'pipeline';
  /** Whether `Matcher.matchedIndex` is needed (a path has `$`). */
  readonly isPositional: boolean;
  /** The given document is never changed. Throws a MongoError where MongoDB refuses the update of this document. */
  apply(document: Document, context: UpdateContext): UpdateResult;
}

/** Parses an update: a replacement, operators, or a pipeline. */
export function compileUpdate(_update: Document | readonly Document[], _options: UpdateOptions = {}): Update {
  throw notImplemented('update');
}

/**
 * The document that an upsert inserts: what the filter's equalities fix, then the update. `_id` is generated if
 * neither gives one, and stands first.
 */
export function buildUpsert(_filter: FilterNode, _update: Update, _context: UpdateContext): Document {
  throw notImplemented('upsert');
}
