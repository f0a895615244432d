import { type FieldTree, fieldTree } from '../bson/field-tree.ts';
import { fieldsOf, splitPath } from '../bson/fields.ts';
import type { SortPart } from '../bson/sort-compare.ts';
import type { Document, Value } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { paced } from '../execution/pace.ts';
import type { FilterNode } from '../query/filter-node.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { compileExpression, type VariableValues } from './expression.ts';
import { type Head, planHead } from './head.ts';
import { checkVariableName } from './operators/control.ts';
import type {
  Documents,
  NestedPipeline,
  PipelineContext,
  Stage,
  StageCompiler,
  StageContext,
} from './stage.ts';
import { stageDocuments } from './stage-list.ts';
import { orderStages } from './stage-order.ts';
import { stageParsers } from './stages.ts';

export type { PipelineContext } from './stage.ts';

/** The stages at the start of a pipeline that the planner can serve from an index. */
export interface PipelineHead {
  /** The leading `$match` (several are joined with `$and`), as given and as parsed. */
  readonly filter: Document;
  readonly node: FilterNode;
  readonly sort: readonly SortPart[] | undefined;
  readonly skip: number;
  /** Infinity if there is none. */
  readonly limit: number;
  /** How many stages it replaces. */
  readonly length: number;
  /** Whether the stage after the head only counts documents, so that `runCounted` can be used. */
  readonly isCounted: boolean;
  /** The fields that the stages after the head read; undefined if that may be any. */
  readonly reads: FieldTree | undefined;
}

/** A parsed pipeline: `run(the head's documents)` returns what the whole pipeline returns. */
export interface Pipeline {
  readonly head: PipelineHead;
  /**
   * Runs the stages after the head over the documents that satisfy the head (matched, sorted, skipped and limited, in
   * this order).
   */
  run(input: Documents, context: PipelineContext): AsyncIterable<Document>;
  /** Like `run`, given only the number of the head's documents. */
  runCounted(documents: number, context: PipelineContext): AsyncIterable<Document>;
}

/** MongoDB's limit for the number of stages. */
const maxStages = 1000;

/** MongoDB's limit for nested pipelines. */
const maxDepth = 20;

function compileStage(stage: Document, compiler: StageCompiler): Stage {
  const [only, ...others] = fieldsOf(stage);
  if (only === undefined || others.length > 0) {
    throw new MongoError(40323, 'A pipeline stage specification object must contain exactly one field.');
  }
  const [name, specification] = only;
  const parse = stageParsers.get(name);
  if (parse === undefined) throw new MongoError(40324, `Unrecognized pipeline stage name: '${name}'`);
  return parse(specification, compiler, name);
}

function chain(stages: readonly Stage[], input: Documents, context: StageContext): AsyncIterable<Document> {
  return stages.reduce<AsyncIterable<Document>>(
    (documents, stage) => paced(stage(documents, context), context.pace),
    paced(input, context.pace),
  );
}

interface Compiled extends NestedPipeline {
  readonly head: Head;
  readonly stages: readonly Stage[];
}

function compileStages(stages: readonly Document[], variables: readonly string[], depth: number): Compiled {
  if (stages.length > maxStages)
    throw new MongoError(7749501, `Pipeline length must be no longer than ${maxStages} stages`);
  if (depth > maxDepth)
    throw new MongoError(5158700, `Maximum number of nested sub-pipelines exceeded. Limit is ${maxDepth}`);
  const compiler: StageCompiler = {
    variables,
    compilePipeline: (nested, more = []) =>
      compileStages(stageDocuments(nested), [...variables, ...more], depth + 1),
  };
  const asGiven = new Map(stages.map((stage) => [stage, compileStage(stage, compiler)] as const));
  const ordered = orderStages(stages, variables);
  const compiled = ordered.map((stage) => asGiven.get(stage) ?? compileStage(stage, compiler));
  const head = planHead(ordered);
  return {
    head,
    stages: compiled,
    run: (input, context) => chain(compiled, input, context),
    // The storage only gets what it can evaluate, and every stage is run again on what it returns.
    runOver: (collection, context) =>
      chain(compiled, context.readCollection(collection, head.filter), context),
  };
}

/** The values of `let`. */
export function evaluateLet(definitions: Document): VariableValues {
  return new Map(
    fieldsOf(definitions).map(([name, expression]) => {
      checkVariableName(name);
      return [name, compileExpression(expression).evaluate({})] as const;
    }),
  );
}

/**
 * Parses a pipeline; throws MongoDB's errors for what it refuses (40324 for a stage that it does not have).
 * `variables` are the definitions in `let`. A pipeline over anything but a collection's documents has no head.
 */
export function parsePipeline(
  stages: readonly Value[],
  variables: Document = {},
  { hasHead = true }: { hasHead?: boolean } = {},
): Pipeline {
  const documents = stageDocuments([...stages]);
  const values = evaluateLet(variables);
  const compiled = compileStages(documents, [...values.keys()], 0);
  const head = hasHead ? compiled.head : planHead([]);
  const runFrom = (stage: number, input: Documents, context: PipelineContext): AsyncIterable<Document> => {
    const now = ['NOW', context.now] as const;
    const variables = new Map([...values, now]);
    return chain(compiled.stages.slice(stage), input, { ...context, variables });
  };
  return {
    head: {
      filter: head.filter,
      node: parseFilter(head.filter),
      sort: head.sort,
      skip: head.skip,
      limit: head.limit,
      length: head.length,
      isCounted: head.counting !== undefined,
      reads: head.reads && fieldTree(head.reads.map(splitPath)),
    },
    run: (input, context) => runFrom(head.length, input, context),
    runCounted: (documents, context) => runFrom(head.length + 1, head.counting?.(documents) ?? [], context),
  };
}
