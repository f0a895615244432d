import { ObjectId } from 'bson';
import type { VariableValues } from '../aggregate/scope.ts';
import { fieldsOf, getField } from '../bson/fields.ts';
import { identicalValues } from '../bson/identical.ts';
import type { Document, Value } from '../bson/types.ts';
import { failedToParse } from '../errors.ts';
import type { FilterNode } from '../query/filter-node.ts';
import { applyNode } from './apply-tree.ts';
import { compileArrayFilters } from './array-filters.ts';
import type { DocumentDifference } from './difference.ts';
import { differenceOf } from './document-diff.ts';
import { checkIdKept, checkIdType, withIdFirst } from './immutable-id.ts';
import { checkReplacement, parseUpdateOperators } from './parse-operators.ts';
import { compilePipelineUpdate } from './pipeline-update.ts';
import { differenceOfUpdate } from './update-difference.ts';
import { documentOfEqualities } from './upsert.ts';

/** The options of an update. */
export interface UpdateOptions {
  readonly arrayFilters?: readonly Document[] | undefined;
  /** The variables of `let`, for pipeline updates. */
  readonly variables?: VariableValues | undefined;
}

/** What applying an update to one document depends on. */
export interface UpdateContext {
  /** From `Matcher.matchedIndex`, for the positional operator. */
  readonly matchedIndex?: number | undefined;
  readonly now: Date;
  /** Whether the document is being inserted by an upsert: then `$setOnInsert` applies. */
  readonly isInsert?: boolean | undefined;
}

/** What an update did to one document. `document` is a new object if `modified`, and otherwise the given one. */
export interface UpdateResult {
  readonly document: Document;
  readonly modified: boolean;
  /** What was changed; absent if the whole document was replaced, or is reported as replaced. */
  readonly difference?: () => DocumentDifference | undefined;
}

/** An update, ready to apply. */
export interface Update {
  readonly kind: 'replacement' | 'operators' | 'pipeline';
  /** Whether `Matcher.matchedIndex` is needed (a path has `$`). */
  readonly isPositional: boolean;
  /** Does not change the given document. Throws a MongoError if MongoDB refuses the update of this document. */
  apply(document: Document, context: UpdateContext): UpdateResult;
}

function replaced(document: Document, replacement: Document): UpdateResult {
  const given = getField(replacement, '_id');
  const id = given === undefined ? getField(document, '_id') : given;
  const next = id === undefined ? replacement : withIdFirst(id, replacement);
  checkIdKept(document, next, false);
  return identicalValues(document, next) ? { document, modified: false } : { document: next, modified: true };
}

function compileReplacement(replacement: Document): Update {
  checkReplacement(replacement);
  return { kind: 'replacement', isPositional: false, apply: (document) => replaced(document, replacement) };
}

function compileOperators(update: Document, arrayFilters: readonly Document[]): Update {
  const matchers = compileArrayFilters(arrayFilters);
  const { root, isPositional } = parseUpdateOperators(update, matchers);
  return {
    kind: 'operators',
    isPositional,
    apply(document, { now, matchedIndex, isInsert = false }) {
      const context = { now, matchedIndex, isInsert, root: document };
      const next = applyNode(root, document, { context, matchers }, []) as Document;
      if (next === document) return { document, modified: false };
      checkIdKept(document, next, true);
      const difference = () => differenceOfUpdate(root, document, next, { context, matchers });
      return { document: next, modified: true, difference };
    },
  };
}

function compilePipeline(stages: readonly Document[], variables: VariableValues | undefined): Update {
  const run = compilePipelineUpdate(stages, variables);
  return {
    kind: 'pipeline',
    isPositional: false,
    apply(document, { now }) {
      const result = replaced(document, run(document, now));
      return { ...result, difference: () => differenceOf(document, result.document) };
    },
  };
}

const isPipeline = (update: Document | readonly Document[]): update is readonly Document[] =>
  Array.isArray(update);

/** Parses an update: a replacement, operators, or a pipeline. Throws MongoDB's errors for what it refuses. */
export function compileUpdate(update: Document | readonly Document[], options: UpdateOptions = {}): Update {
  const arrayFilters = options.arrayFilters ?? [];
  if (isPipeline(update)) {
    if (arrayFilters.length > 0) throw failedToParse('Cannot specify arrayFilters and a pipeline update');
    return compilePipeline(update, options.variables);
  }
  if (fieldsOf(update)[0]?.[0].startsWith('$')) return compileOperators(update, arrayFilters);
  if (arrayFilters.length > 0)
    throw failedToParse('Cannot specify arrayFilters and a replacement-style update');
  return compileReplacement(update);
}

/**
 * The document that an upsert inserts: what the filter's equalities determine, then the update. `_id` is generated if
 * neither provides one, and comes first.
 */
export function buildUpsert(filter: FilterNode, update: Update, context: UpdateContext): Document {
  const base = documentOfEqualities(filter, update.kind === 'replacement');
  const { document } = update.apply(base, { ...context, isInsert: true });
  const given = getField(document, '_id');
  const id: Value = given === undefined ? new ObjectId() : given;
  checkIdType(id);
  return withIdFirst(id, document);
}
