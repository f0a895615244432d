import { Long } from 'bson';
import { isNumeric, type Value } from '../bson/types.ts';
import { badValue, typeMismatch } from '../errors.ts';
import { namespaceOf } from './arguments.ts';
import type { Command } from './command.ts';
import { nextBatch } from './cursor-reply.ts';

export const getMore: Command = {
  name: 'getMore',
  counter: 'getmore',
  async run(engine, args) {
    args.allow('collection', 'batchSize', 'term');
    if (args.count('maxTimeMS')) {
      throw badValue('cannot set maxTimeMS on getMore command for a non-awaitData cursor');
    }
    const id = args.long('getMore');
    args.required('collection');
    const ns = namespaceOf(args.db, args.string('collection'));
    const size = args.count('batchSize') || Number.POSITIVE_INFINITY;
    const batch = await engine.cursors.use(id, ns, (cursor) => {
      cursor.resume(() => args.connection.isClosed);
      return cursor.nextBatch(size);
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
