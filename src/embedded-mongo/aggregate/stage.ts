import type { Document, Value } from '../bson/types.ts';
import type { Pace } from '../execution/pace.ts';
import type { VariableValues } from './expression.ts';

/** Documents on their way through a pipeline. */
export type Documents = AsyncIterable<Document> | Iterable<Document>;

/** What a pipeline needs of the storage: the other collections that `$lookup` and `$unionWith` read. */
export interface PipelineContext {
  /** All documents of a collection of the same database that match the filter. */
  readCollection(name: string, filter: Document): Documents;
  /** Asked once for each document that a stage takes or makes. */
  readonly pace: Pace;
  /** The time that `$$NOW` gives. */
  readonly now: Date;
}

/** The context of one run, with the variables that its expressions see. */
export interface StageContext extends PipelineContext {
  readonly variables: VariableValues;
}

/** A stage, ready to run. */
export type Stage = (input: Documents, context: StageContext) => AsyncIterable<Document>;

/** A nested pipeline (of `$facet`, `$lookup`, `$unionWith`). */
export interface NestedPipeline {
  /** Runs it over all documents of a collection, whose leading filters are given to the storage. */
  runOver(collection: string, context: StageContext): AsyncIterable<Document>;
  run(input: Documents, context: StageContext): AsyncIterable<Document>;
}

/** What compiling a stage needs. */
export interface StageCompiler {
  /** The names of the variables around the pipeline. */
  readonly variables: readonly string[];
  compilePipeline(stages: Value, moreVariables?: readonly string[]): NestedPipeline;
}

export type StageParser = (specification: Value, compiler: StageCompiler, name: string) => Stage;

/** A stage that makes one document of each. */
export function mapping(map: (document: Document, context: StageContext) => Document): Stage {
  return async function* (input, context) {
    for await (const document of input) yield map(document, context);
  };
}
