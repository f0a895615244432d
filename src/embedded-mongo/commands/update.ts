import { Int32 } from 'bson';
import { evaluateLet } from '../aggregate/pipeline.ts';
import type { VariableValues } from '../aggregate/scope.ts';
import { encode } from '../bson/raw.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { ErrorCode, failedToParse, MongoError } from '../errors.ts';
import {
  AllModification,
  FirstModification,
  type QueryMaker,
  replaceTarget,
  type Selection,
  type Target,
} from '../execution/modify.ts';
import { runWrites, type Work } from '../execution/run-writes.ts';
import { valueKey } from '../index/key-encoding.ts';
import { parseFilter, refuseExpr } from '../query/parse-filter.ts';
import type { Statements } from '../storage/retry-log.ts';
import type { Writer } from '../storage/store.ts';
import { buildUpsert, compileUpdate, type Update, type UpdateResult } from '../update/apply-update.ts';
import { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { checkId } from './insert.ts';
import { parseQuery, variablesOf } from './query-arguments.ts';
import { checkBatch, isOrdered } from './write-batch.ts';
import { writeErrors } from './write-reply.ts';

/** What one statement of `update` did. */
interface Outcome {
  n: number;
  nModified: number;
  upsertedId?: Value;
}

interface Statement {
  readonly index: number;
  readonly filter: Document;
  readonly update: Update;
  readonly isMulti: boolean;
  readonly isUpsert: boolean;
  readonly makeQuery: QueryMaker;
}

/** The fields of `update`. */
export const updateFields = ['updates', 'ordered', 'bypassDocumentValidation', 'let', 'stmtId', 'stmtIds'];

const statementFields = ['q', 'u', 'c', 'multi', 'upsert', 'arrayFilters', 'collation', 'hint'];

/** The update of a statement: a document or a pipeline. */
export function parseUpdate(
  value: Value | undefined,
  arrayFilters: Value[] | undefined,
  variables?: VariableValues,
): Update {
  if (!isDocument(value) && !Array.isArray(value)) {
    throw failedToParse('Update argument must be either an object or an array');
  }
  return compileUpdate(value as Document | Document[], {
    arrayFilters: arrayFilters as Document[] | undefined,
    variables,
  });
}

/** Refuses (224) an upsert whose filter contains `$expr`, as it is unclear what it would insert. */
export function checkUpsertFilter(filter: Document): void {
  refuseExpr(parseFilter(filter), '$expr is not allowed in the query predicate for an upsert');
}

/** The command's variables plus the statement's own constants, which only a pipeline may have (51198). */
function constantsOf(args: Arguments, variables: VariableValues): VariableValues {
  const constants = args.document('c');
  if (constants === undefined) return variables;
  if (!Array.isArray(args.value('u')))
    throw new MongoError(51198, 'Constant values may only be specified for pipeline updates');
  return new Map([...variables, ...evaluateLet(constants)]);
}

/** Parses an `update` statement. */
export function parseUpdateStatement(given: Value, index: number, variables: VariableValues): Statement {
  if (!isDocument(given)) {
    throw new MongoError(
      ErrorCode.TypeMismatch,
      `BSON field 'update.updates.${index}' is the wrong type, expected type 'object'`,
    );
  }
  const args = new Arguments('update.updates', given).allow(...statementFields);
  args.required('q');
  args.required('u');
  const filter = args.document('q') ?? {};
  const update = parseUpdate(args.value('u'), args.array('arrayFilters'), constantsOf(args, variables));
  const isMulti = args.flag('multi');
  const isUpsert = args.flag('upsert');
  if (isUpsert) checkUpsertFilter(filter);
  if (isMulti && update.kind === 'replacement')
    throw failedToParse('multi update is not supported for replacement-style update');
  const hint = args.value('hint');
  const makeQuery: QueryMaker = (collection) => parseQuery({ filter, hint, variables }, collection);
  return { index, filter, update, isMulti, isUpsert, makeQuery };
}

/** A matching document's new version, and whether it differs. Nothing is written yet. */
export function versionOf(engine: Engine, target: Target, update: Update): UpdateResult {
  const matchedIndex = update.isPositional ? target.matchedIndex() : undefined;
  return update.apply(target.match.document, { matchedIndex, now: engine.clock() });
}

/** Applies an update to a matching document. Returns whether that changed it. */
function applyTo(engine: Engine, writer: Writer, target: Target, update: Update): boolean {
  const result = versionOf(engine, target, update);
  if (result.modified) replaceTarget(engine, writer, target, result);
  return result.modified;
}

/** The document that an upsert inserts when nothing matches. */
export function upsertOf(engine: Engine, filter: Document, update: Update): Document {
  const document = buildUpsert(parseFilter(filter), update, { now: engine.clock(), isInsert: true });
  checkId(document._id as Value);
  return document;
}

/** Inserts a document made by `upsertOf`. */
export function insertUpsert(engine: Engine, writer: Writer, ns: string, document: Document): void {
  engine.documents.insert(writer, ns, encode(document), valueKey(document._id as Value));
}

const stored = (outcome: Outcome): Document => ({
  n: new Int32(outcome.n),
  m: new Int32(outcome.nModified),
  ...(outcome.upsertedId === undefined ? {} : { u: outcome.upsertedId }),
});

function recalled(record: Document): Outcome {
  const outcome: Outcome = { n: Number(String(record.n)), nModified: Number(String(record.m)) };
  if (record.u !== undefined) outcome.upsertedId = record.u;
  return outcome;
}

/** The work of a statement that updates one document. */
function updateFirst(
  engine: Engine,
  selection: Selection,
  statement: Statement,
  statements: Statements,
): Work<Outcome> {
  const { filter, update, index } = statement;
  const keep = (outcome: Outcome): Outcome => {
    statements.record(index, stored(outcome));
    return outcome;
  };
  return new FirstModification(engine, selection, {
    recall: () => {
      const record = statements.recall(index);
      return record && recalled(record);
    },
    onMatch: (writer, target) => keep({ n: 1, nModified: applyTo(engine, writer, target, update) ? 1 : 0 }),
    onNone: (writer) => {
      if (!statement.isUpsert) return { n: 0, nModified: 0 };
      const document = upsertOf(engine, filter, update);
      insertUpsert(engine, writer, selection.ns, document);
      return keep({ n: 1, nModified: 0, upsertedId: document._id as Value });
    },
  });
}

/** The work of a statement that updates every matching document. */
function updateAll(engine: Engine, selection: Selection, statement: Statement): Work<Outcome> {
  const outcome: Outcome = { n: 0, nModified: 0 };
  return new AllModification(engine, selection, {
    each: (writer, target) => {
      if (applyTo(engine, writer, target, statement.update)) outcome.nModified += 1;
      outcome.n += 1;
    },
    finish: (writer) => {
      if (outcome.n > 0 || !statement.isUpsert) return outcome;
      const document = upsertOf(engine, statement.filter, statement.update);
      insertUpsert(engine, writer, selection.ns, document);
      return { n: 1, nModified: 0, upsertedId: document._id as Value };
    },
  });
}

export const update: Command = {
  name: 'update',
  counter: 'update',
  async run(engine, args) {
    args.allow(...updateFields);
    const ns = args.namespace();
    const given = checkBatch(args, 'updates');
    const statements = engine.retries.statementsOf(args.body);
    const slice = args.startSlice();
    const variables = variablesOf(engine, args);
    const { results, failures } = await runWrites(engine, slice, {
      size: given.length,
      isOrdered: isOrdered(args),
      begin: (index) => {
        const statement = parseUpdateStatement(given[index] as Value, index, variables);
        const selection = { ns, makeQuery: statement.makeQuery, slice };
        return statement.isMulti
          ? updateAll(engine, selection, statement)
          : updateFirst(engine, selection, statement, statements);
      },
      save: (writer) => statements.save(writer),
    });
    const upserted: { index: number; _id: Value }[] = [];
    const total = { n: 0, nModified: 0 };
    for (const { index, result } of results) {
      total.n += result.n;
      total.nModified += result.nModified;
      if (result.upsertedId !== undefined) upserted.push({ index, _id: result.upsertedId });
    }
    return { ...total, ...(upserted.length > 0 ? { upserted } : {}), ...writeErrors(failures) };
  },
};
