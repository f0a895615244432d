import type { Engine } from '../engine.ts';
import { PlanGuard } from '../execution/plan-guard.ts';
import { QueryRun } from '../execution/query-run.ts';
import { openSource, type ReadStats } from '../execution/sources.ts';
import type { TimeSlice } from '../execution/time-slice.ts';
import type { Plan, Query } from '../planner/plan.ts';
import type { Collection } from '../storage/catalog.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { parseQuery } from './query-arguments.ts';

/** Counts index entries without reading documents, for plans in which every entry matches. */
async function countEntries(
  engine: Engine,
  collection: Collection,
  plan: Plan,
  limits: { most: number; slice: TimeSlice },
  stats: ReadStats,
): Promise<number> {
  const source = openSource(engine.store, collection, plan.access, stats);
  const { slice } = limits;
  const guard = new PlanGuard(engine.catalog, collection, plan, slice);
  let count = 0;
  while (count < limits.most) {
    const candidate = source.next();
    if (!candidate) break;
    if (candidate !== 'skip') count += 1;
    if (slice.isOver()) await slice.pause();
    if (guard.hasPaused()) source.release();
  }
  return count;
}

/** The number of matching documents, up to `most`. Records the cost in `stats`. */
export async function countMatches(
  engine: Engine,
  collection: Collection,
  query: Query,
  plan: Plan,
  limits: { most: number; slice: TimeSlice },
  stats: ReadStats,
): Promise<number> {
  if (!plan.needsFilter && plan.access.kind !== 'collection') {
    return countEntries(engine, collection, plan, limits, stats);
  }
  const run = new QueryRun(engine.store, engine.catalog, collection, query, plan, {
    limit: limits.most,
    slice: limits.slice,
  });
  let count = 0;
  while (await run.next()) count += 1;
  Object.assign(stats, run.stats);
  return count;
}

/** Parses what to count. */
export function readCount(args: Arguments, collection: Collection | undefined) {
  args.allow('query', 'limit', 'skip', 'hint', 'collation', 'fields');
  const skip = args.count('skip') ?? 0;
  const limit = Math.abs(args.number('limit') ?? 0) || Number.POSITIVE_INFINITY;
  const query = parseQuery({ filter: args.document('query'), hint: args.value('hint') }, collection);
  return { query, skip, limit };
}

export const count: Command = {
  name: 'count',
  async run(engine, args) {
    const collection = engine.catalog.get(args.namespace());
    const { query, skip, limit } = readCount(args, collection);
    if (!collection) return { n: 0 };
    // Without a filter the stored count is used, as in MongoDB.
    if (query.filter.kind === 'always' && !query.hint) {
      return { n: Math.max(0, Math.min(collection.count - skip, limit)) };
    }
    const plan = engine.planner.plan(collection, query, engine.settings);
    const limits = { most: skip + limit, slice: args.startSlice() };
    const n = await countMatches(engine, collection, query, plan, limits, {
      keysExamined: 0,
      docsExamined: 0,
    });
    return { n: Math.max(0, n - skip) };
  },
};
