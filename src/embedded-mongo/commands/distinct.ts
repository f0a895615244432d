import { decode } from '../bson/raw.ts';
import { badValue } from '../errors.ts';
import { QueryRun } from '../execution/query-run.ts';
import { DistinctValues } from '../query/distinct.ts';
import type { Collection } from '../storage/catalog.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { parseQuery } from './query-arguments.ts';

/** Parses which distinct values are wanted. */
export function readDistinct(args: Arguments, collection: Collection | undefined) {
  args.allow('key', 'query', 'collation', 'hint');
  args.required('key');
  const path = args.string('key') ?? '';
  if (path === '') throw badValue('distinct needs a field');
  const query = parseQuery({ filter: args.document('query'), hint: args.value('hint') }, collection);
  return { path, query };
}

export const distinct: Command = {
  name: 'distinct',
  async run(engine, args) {
    const collection = engine.catalog.get(args.namespace());
    const { path, query } = readDistinct(args, collection);
    if (!collection) return { values: [] };
    const plan = engine.planner.plan(collection, query, engine.settings);
    const run = new QueryRun(engine.store, engine.catalog, collection, query, plan, {
      slice: args.startSlice(),
    });
    const values = new DistinctValues(path);
    for (let match = await run.next(); match; match = await run.next()) {
      values.add(match.document ?? decode(match.bytes));
    }
    return { values: values.list() };
  },
};
