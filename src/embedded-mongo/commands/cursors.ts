import { Long } from 'bson';
import { isNumeric, type Value } from '../bson/types.ts';
import { badValue, typeMismatch } from '../errors.ts';
import { namespaceOf } from './arguments.ts';
import type { Command } from './command.ts';
import { nextBatch } from './cursor-reply.ts';
import { declaredApi } from './stable-api.ts';

/** The namespace of a cursor. It names no collection if the command that opened the cursor named none. */
const cursorNamespace = (db: string, collection: string | undefined): string =>
  collection?.startsWith('$cmd.') ? `${db}.${collection}` : namespaceOf(db, collection);

export const getMore: Command = {
  name: 'getMore',
  counter: 'getmore',
  async run(engine, args) {
    args.allow('collection', 'batchSize', 'term');
    const id = args.long('getMore');
    const waitMs = args.timeLimitMs() || undefined;
    if (waitMs && engine.cursors.awaitsData(id) === false) {
      throw badValue('cannot set maxTimeMS on getMore command for a non-awaitData cursor');
    }
    args.required('collection');
    const ns = cursorNamespace(args.db, args.string('collection'));
    const size = args.count('batchSize') || Number.POSITIVE_INFINITY;
    const opening = { ns, declaredApi: declaredApi(args.body) };
    const batch = await engine.cursors.use(id, opening, (cursor) => {
      cursor.resume(args.connection.closed);
      return cursor.nextBatch(size, waitMs);
    });
    return nextBatch(ns, batch, id);
  },
};

function cursorId(value: Value): bigint {
  if (value instanceof Long) return value.toBigInt();
  if (!isNumeric(value))
    throw typeMismatch("BSON field 'killCursors.cursors' holds a wrong type, expected type 'long'");
  return BigInt(Math.trunc(Number(String(value))));
}

export const killCursors: Command = {
  name: 'killCursors',
  run(engine, args) {
    args.allow('cursors');
    args.required('cursors');
    const cursorsKilled: Long[] = [];
    const cursorsNotFound: Long[] = [];
    for (const value of args.array('cursors') ?? []) {
      const id = cursorId(value);
      (engine.cursors.kill(id) ? cursorsKilled : cursorsNotFound).push(Long.fromBigInt(id));
    }
    return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] };
  },
};
