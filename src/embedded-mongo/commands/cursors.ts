import { Long } from 'bson';
import { typeName, type Value } from '../bson/types.ts';
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

function cursorId(value: Value, i: number): bigint {
  if (value instanceof Long) return value.toBigInt();
  throw typeMismatch(
    `BSON field 'killCursors.cursors.${i}' is the wrong type '${typeName(value)}', expected type 'long'`,
  );
}

export const killCursors: Command = {
  name: 'killCursors',
  run(engine, args) {
    args.allow('cursors');
    args.required('cursors');
    const cursorsKilled: Long[] = [];
    const cursorsNotFound: Long[] = [];
    for (const id of (args.array('cursors') ?? []).map(cursorId)) {
      (engine.cursors.kill(id) ? cursorsKilled : cursorsNotFound).push(Long.fromBigInt(id));
    }
    return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] };
  },
};
