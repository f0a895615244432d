import { Int32 } from 'bson';
import { type Document, isDocument, isNumeric, type Value } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { ErrorCode, failedToParse, MongoError } from '../errors.ts';
import { modifyAll, modifyFirst, type QueryMaker } from '../execution/modify.ts';
import type { TimeSlice } from '../execution/time-slice.ts';
import type { Statements } from '../storage/retry-log.ts';
import { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { parseQuery, refuseLet } from './query-arguments.ts';
import { checkBatch } from './write-batch.ts';
import { type WriteError, withErrors, writeErrorOf } from './write-reply.ts';

interface Statement {
  readonly index: number;
  readonly isMulti: boolean;
  readonly makeQuery: QueryMaker;
}

function parseStatement(given: Value, index: number): Statement {
  if (!isDocument(given)) {
    throw new MongoError(
      ErrorCode.TypeMismatch,
      `BSON field 'delete.deletes.${index}' is the wrong type, expected type 'object'`,
    );
  }
  const args = new Arguments('delete.deletes', given).allow('q', 'limit', 'collation', 'hint');
  args.required('q');
  const limit = args.required('limit');
  const filter: Document = args.document('q') ?? {};
  const count = isNumeric(limit) ? Number(String(limit)) : Number.NaN;
  if (count !== 0 && count !== 1) {
    throw failedToParse(`The limit field in delete objects must be 0 or 1. Got ${String(limit)}`);
  }
  const hint = args.value('hint');
  return { index, isMulti: count === 0, makeQuery: (collection) => parseQuery({ filter, hint }, collection) };
}

async function deleteAll(
  engine: Engine,
  ns: string,
  statement: Statement,
  slice: TimeSlice,
): Promise<number> {
  let n = 0;
  await modifyAll(engine, ns, statement.makeQuery, slice, (writer, { collection, match }) => {
    engine.documents.remove(writer, collection, match);
    n += 1;
  });
  return n;
}

async function deleteFirst(
  engine: Engine,
  ns: string,
  statement: Statement,
  statements: Statements,
  slice: TimeSlice,
): Promise<number> {
  return modifyFirst(engine, ns, statement.makeQuery, slice, {
    recall: () => {
      const record = statements.recall(statement.index);
      return record && Number(String(record.n));
    },
    onMatch: (writer, { collection, match }) => {
      engine.documents.remove(writer, collection, match);
      statements.record(statement.index, { n: new Int32(1) });
      statements.save(writer);
      return 1;
    },
    onNone: () => 0,
  });
}

export const deleteCommand: Command = {
  name: 'delete',
  counter: 'delete',
  async run(engine, args) {
    args.allow('deletes', 'ordered', 'let', 'stmtId', 'stmtIds');
    refuseLet(args.document('let'));
    const ns = args.namespace();
    // A statement of a wrong form refuses the command; only what its query does is an error of its own.
    const parsed = checkBatch(args, 'deletes').map(parseStatement);
    const isOrdered = args.value('ordered') === undefined || args.flag('ordered');
    const statements = engine.retries.statementsOf(args.body);
    const errors: WriteError[] = [];
    let n = 0;
    const slice = args.startSlice();
    for (const statement of parsed) {
      try {
        n += statement.isMulti
          ? await deleteAll(engine, ns, statement, slice)
          : await deleteFirst(engine, ns, statement, statements, slice);
      } catch (error) {
        errors.push(writeErrorOf(statement.index, error));
        if (isOrdered) break;
      }
    }
    return { n, ...withErrors(errors) };
  },
};
