import { decode } from '../bson/raw.ts';
import { badValue } from '../errors.ts';
import { QueryRun } from '../execution/query-run.ts';
import { DistinctValues } from '../query/distinct.ts';
import type { Command } from './command.ts';
import { parseQuery } from './query-arguments.ts';

export const distinct: Command = {
  name: 'distinct',
  async run(engine, args) {
    args.allow('key', 'query', 'collation', 'hint');
    const ns = args.namespace();
    args.required('key');
    const path = args.string('key') ?? '';
    if (path === '') throw badValue('distinct needs a field');
    const collection = engine.catalog.get(ns);
    const query = parseQuery({ filter: args.document('query'), hint: args.value('hint') }, collection);
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
