import type { Document, Value } from '../bson/types.ts';
import type { Pace } from '../execution/pace.ts';
import type { VariableValues } from './expression.ts';

/** Documents on their way through a pipeline. */
export type Documents = AsyncIterable<Document> | Iterable<Document>;

/** What a pipeline needs from the storage: the other collections that `$lookup` and `$unionWith` read. */
export interface PipelineContext {
  /** All documents of a collection in the same database that match the filter. */
  readCollection(name: string, filter: Document): Documents;
  /** Called once for each document that a stage reads or produces. */
  readonly pace: Pace;
  /** The value of `$$NOW`. */
  readonly now: Date;
}

/** The context of one run, with the variables that its expressions see. */
export interface StageContext extends PipelineContext {
  readonly variables: VariableValues;
}

/** A stage, ready to run. */
export type Stage = (input: Documents, context: StageContext) => AsyncIterable<Document>;

/** A nested pipeline (in `$facet`, `$lookup`, `$unionWith`). */
export interface NestedPipeline {
  /** Runs it over all documents of a collection; its leading filters are passed to the storage. */
  runOver(collection: string, context: StageContext): AsyncIterable<Document>;
  run(input: Documents, context: StageContext): AsyncIterable<Document>;
}

/** What compiling a stage requires. */
export interface StageCompiler {
  /** The names of the variables around the pipeline. */
  readonly variables: readonly string[];
  compilePipeline(stages: Value, moreVariables?: readonly string[]): NestedPipeline;
}

export type StageParser = (specification: Value, compiler: StageCompiler, name: string) => Stage;

/** A stage that produces one document per document. */
export function mapping(map: (document: Document, context: StageContext) => Document): Stage {
  return async function* (input, context) {
    for await (const document of input) yield map(document, context);
  };
}
