import { Long } from 'bson';
import { documentOf } from '../bson/fields.ts';
import type { Value } from '../bson/types.ts';
import type { CollectionUsage } from '../execution/usage.ts';
import type { Command } from './command.ts';

const shown = (usage: CollectionUsage): Value =>
  documentOf(
    Object.entries(usage).map(([field, { micros, count }]) => [
      field,
      { time: Long.fromNumber(micros), count: Long.fromNumber(count) },
    ]),
  );

/** How long commands on each collection have taken since the start, in microseconds. */
export const top: Command = {
  name: 'top',
  adminOnly: true,
  run(engine, args) {
    args.allow();
    const collections = engine.usage.list().map(([ns, usage]) => [ns, shown(usage)] as const);
    return { totals: documentOf([['note', 'all times in microseconds'], ...collections]) };
  },
};
