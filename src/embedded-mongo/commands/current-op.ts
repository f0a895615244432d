import { Long } from 'bson';
import { documentOf, fieldsOf } from '../bson/fields.ts';
import type { Document } from '../bson/types.ts';
import { compileFilter } from '../query/matcher.ts';
import { parseFilter } from '../query/parse-filter.ts';
import type { Collection } from '../storage/catalog.ts';
import { type Arguments, commonFields } from './arguments.ts';
import type { Command } from './command.ts';

/** The index builds of a collection as one operation; undefined if there are none. */
function buildOf(collection: Collection): Document | undefined {
  const { db, name, nextRecordId, indexes } = collection;
  const building = indexes.filter(({ isReady }) => !isReady);
  if (building.length === 0) return undefined;
  const next = Math.min(...building.map(({ nextToRead }) => nextToRead));
  return {
    type: 'op',
    desc: 'IndexBuilder',
    active: true,
    op: 'command',
    ns: `${db}.${name}`,
    command: { createIndexes: name, indexes: building.map(({ spec }) => spec), $db: db },
    msg: 'Index Build: scanning collection',
    // The first record has the number 1.
    progress: { done: Long.fromNumber(next - 1), total: Long.fromNumber(nextRecordId - 1) },
  };
}

/** What the command's fields, other than those with a meaning of their own, demand of an operation. */
function conditionsOf({ body }: Arguments): Document {
  const own = new Set(['currentOp', '$ownOps', '$all', ...commonFields]);
  return documentOf(fieldsOf(body).filter(([name]) => !own.has(name)));
}

/** The index builds in progress, and which of the records they have come to; no other operation takes long. */
export const currentOp: Command = {
  name: 'currentOp',
  adminOnly: true,
  run(engine, args) {
    const conditions = compileFilter(parseFilter(conditionsOf(args)));
    const builds = engine.catalog.collections().map(buildOf);
    return { inprog: builds.filter((build) => build !== undefined && conditions.matches(build)) };
  },
};
