import type { Engine } from '../engine.ts';
import { PlanGuard } from '../execution/plan-guard.ts';
import { QueryRun } from '../execution/query-run.ts';
import { openSource, type ReadStats } from '../execution/sources.ts';
import type { TimeSlice } from '../execution/time-slice.ts';
import type { IndexScan } from '../planner/index-scan.ts';
import type { Plan, Query } from '../planner/plan.ts';
import type { Collection } from '../storage/catalog.ts';
import { committedCount } from '../storage/collection-sizes.ts';
import type { KeyRange } from '../storage/store.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { parseQuery } from './query-arguments.ts';

/** The number of entries that are counted in one step. */
const entriesAtOnce = 256;

/** Counts entries of an index that has one for each document. */
async function countRanges(
  engine: Engine,
  scan: IndexScan,
  guard: PlanGuard,
  limits: { most: number; slice: TimeSlice },
  stats: ReadStats,
): Promise<number> {
  let total = 0;
  for (const range of scan.ranges) {
    for (let rest: KeyRange | undefined = range; rest && total < limits.most; ) {
      if (limits.slice.isOver()) await limits.slice.pause();
      guard.hasPaused();
      const counted = engine.store.count(rest, Math.min(entriesAtOnce, limits.most - total));
      total += counted.count;
      rest = counted.rest;
    }
  }
  stats.keysExamined += total;
  return total;
}

/** Counts index entries without reading documents, for plans in which every entry matches. */
async function countEntries(
  engine: Engine,
  collection: Collection,
  plan: Plan,
  limits: { most: number; slice: TimeSlice },
  stats: ReadStats,
): Promise<number> {
  const { access } = plan;
  const { slice } = limits;
  const guard = new PlanGuard(engine.catalog, collection, plan, slice);
  if (access.kind === 'index' && access.scan.index.arrayPaths.size === 0)
    return countRanges(engine, access.scan, guard, limits, stats);
  const source = openSource(engine.store, collection, access, stats);
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

/**
 * The number of matching documents, up to `most`. Records the cost in `stats`. Without a filter it is the stored count,
 * as in MongoDB.
 */
export async function countMatches(
  engine: Engine,
  collection: Collection,
  query: Query,
  plan: Plan,
  limits: { most: number; slice: TimeSlice },
  stats: ReadStats,
): Promise<number> {
  if (query.filter.kind === 'always' && !query.hint)
    return Math.min(committedCount(engine.store, collection), limits.most);
  if (!plan.residual && plan.access.kind !== 'collection') {
    return countEntries(engine, collection, plan, limits, stats);
  }
  const run = new QueryRun(engine.store, engine.catalog, collection, query, plan, {
    limit: limits.most,
    slice: limits.slice,
  });
  let count = 0;
  for (;;) {
    const ready = run.tryNext();
    if (!(ready === 'wait' ? await run.next() : ready)) break;
    count += 1;
  }
  Object.assign(stats, run.stats);
  return count;
}

/** The number of documents that match a query, up to `most`. */
export async function countQuery(
  engine: Engine,
  collection: Collection,
  query: Query,
  limits: { most: number; slice: TimeSlice },
): Promise<number> {
  const plan = engine.planner.plan(collection, query, engine.settings);
  return countMatches(engine, collection, query, plan, limits, { keysExamined: 0, docsExamined: 0 });
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
    const n = await countQuery(engine, collection, query, { most: skip + limit, slice: args.startSlice() });
    return { n: Math.max(0, n - skip) };
  },
};
