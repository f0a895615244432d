import os from 'node:os';
import { Int32, Long } from 'bson';
import type { Engine } from '../engine.ts';
import { badValue, ErrorCode, MongoError } from '../errors.ts';
import { QueryRun } from '../execution/query-run.ts';
import type { ReadStats } from '../execution/sources.ts';
import type { TimeSlice } from '../execution/time-slice.ts';
import { type Stage, stagesOf } from '../planner/describe-plan.ts';
import type { Plan } from '../planner/plan.ts';
import { describeFilter } from '../query/describe-filter.ts';
import type { Collection } from '../storage/catalog.ts';
import { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { countMatches } from './count.ts';
import { commandNameOf, type Explained, readExplained } from './explained-command.ts';
import { version } from './server-info.ts';

const verbosities = ['queryPlanner', 'executionStats', 'allPlansExecution'];

/** What running a command amounted to, apart from what it would have written. */
interface Execution {
  readonly stats: ReadStats;
  readonly millis: number;
  /** How many documents matched. */
  readonly matched: number;
  /** How many of those a write would have changed. */
  readonly changed: number;
}

async function execute(
  engine: Engine,
  collection: Collection,
  wanted: Explained,
  plan: Plan,
  slice: TimeSlice,
): Promise<Execution> {
  const stats: ReadStats = { keysExamined: 0, docsExamined: 0 };
  const { query, skip, limit, write } = wanted;
  const started = performance.now();
  let matched = 0;
  let changed = 0;
  if (wanted.isCount) {
    const most = skip + limit;
    matched = Math.max(
      0,
      (await countMatches(engine, collection, query, plan, { most, slice }, stats)) - skip,
    );
  } else {
    const run = new QueryRun(engine.store, engine.catalog, collection, query, plan, { skip, limit, slice });
    for (let match = await run.next(); match; match = await run.next()) {
      matched += 1;
      if (write?.changes(run, match)) changed += 1;
    }
    Object.assign(stats, run.stats);
  }
  return { stats, matched, changed, millis: performance.now() - started };
}

const nothingDone: Execution = {
  stats: { keysExamined: 0, docsExamined: 0 },
  matched: 0,
  changed: 0,
  millis: 0,
};

/** What MongoDB reports for a writing stage, which explain does not actually run. */
function writeCounts({ write }: Explained, { matched, changed }: Execution): Record<string, unknown> {
  if (!write) return {};
  if (write.kind === 'DELETE') return { nWouldDelete: Long.fromNumber(changed) };
  return {
    nMatched: Long.fromNumber(matched),
    nWouldModify: Long.fromNumber(changed),
    nWouldUpsert: Long.fromNumber(write.isUpsert && matched === 0 ? 1 : 0),
  };
}

function executionStats(
  wanted: Explained,
  execution: Execution,
  winningPlan: Stage,
): Record<string, unknown> {
  const { stats, millis, matched } = execution;
  // A write returns no documents.
  const nReturned = new Int32(wanted.write ? 0 : matched);
  return {
    executionSuccess: true,
    nReturned,
    executionTimeMillis: new Int32(Math.round(millis)),
    totalKeysExamined: new Int32(stats.keysExamined),
    totalDocsExamined: new Int32(stats.docsExamined),
    executionStages: { ...winningPlan, nReturned, ...writeCounts(wanted, execution) },
  };
}

function readVerbosity(args: Arguments): string {
  const verbosity = args.string('verbosity') ?? 'allPlansExecution';
  if (verbosities.includes(verbosity)) return verbosity;
  throw badValue(`Enumeration value '${verbosity}' for field 'explain.verbosity' is not a valid value.`);
}

/** The command inside `explain`, which may not name another database. */
function explainedArguments(args: Arguments): Arguments {
  args.required('explain');
  const inner = args.document('explain') ?? {};
  if (inner.$db !== undefined && inner.$db !== args.db) {
    throw new MongoError(
      ErrorCode.InvalidNamespace,
      `Mismatched $db in explain command. Expected ${args.db} but got ${String(inner.$db)}`,
    );
  }
  return new Arguments(commandNameOf(inner), { ...inner, $db: args.db }, args.connection);
}

/** The plan for what a command reads and, if asked for, the cost of running it. */
async function explainRead(
  engine: Engine,
  inner: Arguments,
  wanted: Explained,
  verbosity: string,
): Promise<Record<string, unknown>> {
  const ns = inner.namespace();
  const collection = engine.catalog.get(ns);
  const plan = collection && engine.planner.plan(collection, wanted.query, engine.settings);
  const winningPlan: Stage = plan ? stagesOf(plan, wanted) : { stage: 'EOF' };
  const queryPlanner = {
    namespace: ns,
    indexFilterSet: false,
    parsedQuery: describeFilter(wanted.query.filter),
    winningPlan,
    rejectedPlans: [],
  };
  if (verbosity === 'queryPlanner') return { queryPlanner };
  const execution =
    collection && plan ? await execute(engine, collection, wanted, plan, inner.startSlice()) : nothingDone;
  const stats = executionStats(wanted, execution, winningPlan);
  const all = verbosity === 'allPlansExecution' ? { allPlansExecution: [] } : {};
  return { queryPlanner, executionStats: { ...stats, ...all } };
}

/** How a command would run. Pipelines that a single query cannot answer are shown by their stages. */
export async function explainCommand(
  engine: Engine,
  inner: Arguments,
  verbosity: string,
): Promise<Record<string, unknown>> {
  const wanted = readExplained(engine, inner);
  const read = await explainRead(engine, inner, wanted, verbosity);
  const further = wanted.furtherStages ?? [];
  return {
    explainVersion: '1',
    ...(further.length > 0 ? { stages: [{ $cursor: read }, ...further] } : read),
    command: inner.body,
    serverInfo: { host: os.hostname(), version },
  };
}

/** Explains another command, and refuses whatever that command would refuse. */
export const explain: Command = {
  name: 'explain',
  run(engine, args) {
    args.allow('verbosity');
    const verbosity = readVerbosity(args);
    return explainCommand(engine, explainedArguments(args), verbosity);
  },
};
