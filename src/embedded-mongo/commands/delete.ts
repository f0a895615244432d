import { Int32 } from 'bson';
import type { VariableValues } from '../aggregate/scope.ts';
import { type Document, isDocument, isNumeric, type Value } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { ErrorCode, failedToParse, MongoError } from '../errors.ts';
import {
  AllModification,
  FirstModification,
  type QueryMaker,
  type Selection,
  type Target,
} from '../execution/modify.ts';
import { runWrites, type Work } from '../execution/run-writes.ts';
import type { Statements } from '../storage/retry-log.ts';
import type { Writer } from '../storage/store.ts';
import { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { parseQuery, variablesOf } from './query-arguments.ts';
import { checkBatch, isOrdered } from './write-batch.ts';
import { writeErrors } from './write-reply.ts';

/** The fields of `delete`. */
export const deleteFields = ['deletes', 'ordered', 'let', 'stmtId', 'stmtIds'];

interface Statement {
  readonly index: number;
  readonly isMulti: boolean;
  readonly makeQuery: QueryMaker;
}

/** Parses a `delete` statement. */
export function parseDeleteStatement(given: Value, index: number, variables: VariableValues): Statement {
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
  return {
    index,
    isMulti: count === 0,
    makeQuery: (collection) => parseQuery({ filter, hint, variables }, collection),
  };
}

/** The work of a statement. Its result is the number of documents removed. */
function workOf(
  engine: Engine,
  selection: Selection,
  { index, isMulti }: Statement,
  statements: Statements,
): Work<number> {
  let n = 0;
  const remove = (writer: Writer, { collection, match }: Target): void => {
    engine.documents.remove(writer, collection, match);
    n += 1;
  };
  if (isMulti) return new AllModification(engine, selection, { each: remove, finish: () => n });
  return new FirstModification(engine, selection, {
    recall: () => {
      const record = statements.recall(index);
      return record && Number(String(record.n));
    },
    onMatch: (writer, target) => {
      remove(writer, target);
      statements.record(index, { n: new Int32(n) });
      return n;
    },
    onNone: () => 0,
  });
}

export const deleteCommand: Command = {
  name: 'delete',
  counter: 'delete',
  async run(engine, args) {
    args.allow(...deleteFields);
    const variables = variablesOf(engine, args);
    const ns = args.namespace();
    // A malformed statement fails the whole command; only errors from running its query are reported per
    // statement.
    const parsed = checkBatch(args, 'deletes').map((given, index) =>
      parseDeleteStatement(given, index, variables),
    );
    const statements = engine.retries.statementsOf(args.body);
    const slice = args.startSlice();
    const { results, failures } = await runWrites(engine, slice, {
      size: parsed.length,
      isOrdered: isOrdered(args),
      begin: (index) => {
        const statement = parsed[index] as Statement;
        return workOf(engine, { ns, makeQuery: statement.makeQuery, slice }, statement, statements);
      },
      save: (writer) => statements.save(writer),
    });
    return { n: results.reduce((sum, { result }) => sum + result, 0), ...writeErrors(failures) };
  },
};
