import { Int32 } from 'bson';
import { type Document, isDocument } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import { QueryRun } from '../execution/query-run.ts';
import type { ReadStats } from '../execution/sources.ts';
import type { TimeSlice } from '../execution/time-slice.ts';
import { type Stage, stagesOf } from '../planner/describe-plan.ts';
import type { Plan, Query } from '../planner/plan.ts';
import type { Collection } from '../storage/catalog.ts';
import { aggregateFields, headQuery, parseStages } from './aggregate.ts';
import { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { countMatches } from './count.ts';
import { parseQuery } from './query-arguments.ts';

/** A command as far as it concerns reading. */
interface Explained {
  readonly ns: string;
  readonly query: Query;
  readonly skip: number;
  readonly limit: number;
  /** The stage on top of the reading ones (`COUNT`, `UPDATE`, …). */
  readonly top: string | undefined;
  readonly isCount: boolean;
}

const readers: Readonly<
  Record<string, (args: Arguments, collection: Collection | undefined) => Omit<Explained, 'ns'>>
> = {
  find: (args, collection) => ({
    query: parseQuery(
      { filter: args.document('filter'), sort: args.document('sort'), hint: args.value('hint') },
      collection,
    ),
    skip: args.count('skip') ?? 0,
    limit: args.count('limit') || Number.POSITIVE_INFINITY,
    top: args.document('projection') ? 'PROJECTION_DEFAULT' : undefined,
    isCount: false,
  }),
  count: (args, collection) => ({
    query: parseQuery({ filter: args.document('query'), hint: args.value('hint') }, collection),
    skip: 0,
    limit: Number.POSITIVE_INFINITY,
    top: 'COUNT',
    isCount: true,
  }),
  distinct: (args, collection) =>
    whole(parseQuery({ filter: args.document('query') }, collection), 'DISTINCT'),
  findAndModify: (args, collection) => ({
    query: parseQuery(
      { filter: args.document('query'), sort: args.document('sort'), hint: args.value('hint') },
      collection,
    ),
    skip: 0,
    limit: 1,
    top: args.flag('remove') ? 'DELETE' : 'UPDATE',
    isCount: false,
  }),
  update: (args, collection) => firstStatement(args, collection, 'updates', 'UPDATE'),
  delete: (args, collection) => firstStatement(args, collection, 'deletes', 'DELETE'),
  aggregate: (args, collection) => {
    args.allow(...aggregateFields);
    const pipeline = parseStages(args);
    const { skip, limit } = pipeline.head;
    return { query: headQuery(pipeline, args, collection), skip, limit, top: undefined, isCount: false };
  },
};

const whole = (query: Query, top: string): Omit<Explained, 'ns'> => ({
  query,
  skip: 0,
  limit: Number.POSITIVE_INFINITY,
  top,
  isCount: false,
});

function firstStatement(args: Arguments, collection: Collection | undefined, field: string, top: string) {
  const [statement] = args.array(field) ?? [];
  if (!isDocument(statement)) throw new MongoError(ErrorCode.InvalidLength, `explain needs one of ${field}`);
  const inner = new Arguments(field, statement);
  const query = parseQuery({ filter: inner.document('q'), hint: inner.value('hint') }, collection);
  const isAll = top === 'UPDATE' ? inner.flag('multi') : inner.number('limit') === 0;
  return { ...whole(query, top), limit: isAll ? Number.POSITIVE_INFINITY : 1 };
}

function explained(args: Arguments, engine: Engine): Explained {
  const read = Object.hasOwn(readers, args.command) ? readers[args.command] : undefined;
  if (!read)
    throw new MongoError(ErrorCode.CommandNotFound, `Explain failed due to unknown command: ${args.command}`);
  const ns = args.namespace();
  return { ns, ...read(args, engine.catalog.get(ns)) };
}

async function execute(
  engine: Engine,
  collection: Collection,
  wanted: Explained,
  plan: Plan,
  slice: TimeSlice,
) {
  const stats: ReadStats = { keysExamined: 0, docsExamined: 0 };
  const { query, skip, limit } = wanted;
  const started = performance.now();
  let nReturned = 0;
  if (wanted.isCount) {
    nReturned = await countMatches(engine, collection, query, plan, { most: limit, slice }, stats);
  } else {
    const run = new QueryRun(engine.store, engine.catalog, collection, query, plan, { skip, limit, slice });
    while (await run.next()) nReturned += 1;
    Object.assign(stats, run.stats);
  }
  return {
    executionSuccess: true,
    nReturned: new Int32(nReturned),
    executionTimeMillis: new Int32(Math.round(performance.now() - started)),
    totalKeysExamined: new Int32(stats.keysExamined),
    totalDocsExamined: new Int32(stats.docsExamined),
  };
}

const eofStage: Stage = { stage: 'EOF' };

export const explain: Command = {
  name: 'explain',
  async run(engine, args) {
    args.allow('verbosity');
    const inner = args.document('explain') ?? {};
    const command = Object.keys(inner)[0] ?? '';
    const wanted = explained(new Arguments(command, { ...inner, $db: args.db }), engine);
    const collection = engine.catalog.get(wanted.ns);
    const verbosity = args.string('verbosity') ?? 'allPlansExecution';
    const plan = collection && engine.planner.plan(collection, wanted.query, engine.settings);
    const winningPlan = plan ? stagesOf(plan, wanted) : eofStage;
    const answer: Record<string, unknown> = {
      explainVersion: '1',
      queryPlanner: { namespace: wanted.ns, parsedQuery: {}, winningPlan, rejectedPlans: [] },
    };
    if (verbosity !== 'queryPlanner') {
      const nothing = { nReturned: 0, totalKeysExamined: 0, totalDocsExamined: 0 };
      const stats =
        collection && plan ? await execute(engine, collection, wanted, plan, args.startSlice()) : nothing;
      answer.executionStats = { ...stats, executionStages: winningPlan };
    }
    const shown: Document = { ...inner, $db: args.db };
    return { ...answer, command: shown, serverInfo: { version: '7.0.0' } };
  },
};
