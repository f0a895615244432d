import { type Pipeline, type PipelineContext, parsePipeline } from '../aggregate/pipeline.ts';
import type { FieldTree } from '../bson/field-tree.ts';
import { decode, decodeFields } from '../bson/raw.ts';
import type { Document } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import { QueryCursor, streamOf } from '../execution/query-cursor.ts';
import { type Match, QueryRun } from '../execution/query-run.ts';
import type { TimeSlice } from '../execution/time-slice.ts';
import type { Collection } from '../storage/catalog.ts';
import type { Arguments } from './arguments.ts';
import { isChangeStream, openChangeStream } from './change-stream.ts';
import { collStatsDocument } from './coll-stats-stage.ts';
import type { Command } from './command.ts';
import { countQuery } from './count.ts';
import { batchSizeOf, openCursor } from './cursor-reply.ts';
import { explainCommand } from './explain.ts';
import { aggregateFields, headQuery, parseStages } from './pipeline-arguments.ts';
import { parseQuery } from './query-arguments.ts';

/** The documents of a run, or at least these of their fields. */
async function* documentsOf(run: QueryRun, fields?: FieldTree): AsyncGenerator<Document> {
  for (;;) {
    const ready: Match | undefined | 'wait' = run.tryNext();
    const match = ready === 'wait' ? await run.next() : ready;
    if (!match) return;
    yield match.document ?? (fields ? decodeFields(match.bytes, fields) : decode(match.bytes));
  }
}

async function* readCollection(
  engine: Engine,
  ns: string,
  filter: Document,
  slice: TimeSlice,
): AsyncGenerator<Document> {
  const collection = engine.catalog.get(ns);
  if (!collection) return;
  const query = parseQuery({ filter }, collection);
  const plan = engine.planner.plan(collection, query, engine.settings);
  yield* documentsOf(new QueryRun(engine.store, engine.catalog, collection, query, plan, { slice }));
}

/** Runs the first stages of the pipeline as a query. */
function runHead(
  engine: Engine,
  collection: Collection,
  pipeline: Pipeline,
  args: Arguments,
  slice: TimeSlice,
): QueryRun {
  const query = headQuery(pipeline, args, collection);
  const plan = engine.planner.plan(collection, query, engine.settings);
  const { skip, limit } = pipeline.head;
  return new QueryRun(engine.store, engine.catalog, collection, query, plan, {
    skip,
    limit,
    slice,
  });
}

/** The results of a pipeline whose first stages find documents only to count them. */
async function* runCounted(
  engine: Engine,
  collection: Collection,
  pipeline: Pipeline,
  args: Arguments,
  context: PipelineContext,
  slice: TimeSlice,
): AsyncGenerator<Document> {
  const query = headQuery(pipeline, args, collection);
  const { skip, limit } = pipeline.head;
  const n = await countQuery(engine, collection, query, { most: skip + limit, slice });
  yield* pipeline.runCounted(Math.max(0, n - skip), context);
}

/** The stages after the first, for documents that do not come from the collection. */
const parseFurtherStages = (args: Arguments): Pipeline =>
  parsePipeline((args.array('pipeline') ?? []).slice(1), args.document('let'), { hasHead: false });

export const aggregate: Command = {
  name: 'aggregate',
  async run(engine, args) {
    args.allow(...aggregateFields);
    if (args.flag('explain')) return explainCommand(engine, args, 'queryPlanner');
    if (isChangeStream(args)) return openChangeStream(engine, args);
    if (typeof args.body.aggregate !== 'string') {
      throw new MongoError(
        ErrorCode.NotImplemented,
        'Aggregation without a collection is not implemented by the embedded database',
      );
    }
    const ns = args.namespace();
    const batchSize = batchSizeOf(args);
    const statistics = collStatsDocument(engine, ns, args.array('pipeline')?.[0]);
    const pipeline = statistics ? parseFurtherStages(args) : parseStages(args);
    const collection = engine.catalog.get(ns);
    const slice = args.startSlice();
    const context: PipelineContext = {
      readCollection: (name, filter) => readCollection(engine, `${args.db}.${name}`, filter, slice),
      now: engine.clock(),
      pace: slice,
    };
    const read = (): AsyncIterable<Document> | Document[] =>
      collection ? documentsOf(runHead(engine, collection, pipeline, args, slice), pipeline.head.reads) : [];
    const results =
      collection && pipeline.head.isCounted
        ? runCounted(engine, collection, pipeline, args, context, slice)
        : pipeline.run(statistics ? [statistics] : read(), context);
    const stream = streamOf(results);
    return openCursor(engine, args, new QueryCursor(ns, stream, slice), { batchSize, isSingleBatch: false });
  },
};
