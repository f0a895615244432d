import type { SortPart } from '../bson/sort-compare.ts';
import type { Document, Value } from '../bson/types.ts';
import { notImplemented } from '../errors.ts';
import type { FilterNode } from '../query/filter-node.ts';

/** What a pipeline needs of the storage: the other collections that `$lookup` and `$unionWith` read. */
export interface PipelineContext {
  /** All documents of a collection of the same database that match the filter. */
  readCollection(name: string, filter: Document): Iterable<Document> | AsyncIterable<Document>;
  /** The time that `$$NOW` gives. */
  readonly now: Date;
}

/** The stages at the pipeline's start that the planner can serve from an index. */
export interface PipelineHead {
  /** The leading `$match` (several are joined with `$and`), as parsed and as given. */
  readonly filter: Document;
  readonly node: FilterNode;
  readonly sort: readonly SortPart[] | undefined;
  readonly skip: number;
  /** Infinity where there is none. */
  readonly limit: number;
}

/** A parsed pipeline: `run(head's documents)` gives what the whole pipeline gives. */
export interface Pipeline {
  readonly head: PipelineHead;
  /** The names of the other collections that it reads. */
  readonly collections: readonly string[];
  /**
   * Runs the stages behind the head over the documents that satisfy the head (matched, sorted, skipped and limited
   * in this order).
   */
  run(input: Iterable<Document> | AsyncIterable<Document>, context: PipelineContext): AsyncIterable<Document>;
}

/** Parses a pipeline; throws MongoDB's errors for what it refuses. `variables` are those of `let`. */
export function parsePipeline(_stages: readonly Value[], _variables?: Document): Pipeline {
  throw notImplemented('aggregate');
}
