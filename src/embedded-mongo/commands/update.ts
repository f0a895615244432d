import { Int32 } from 'bson';
import { encode } from '../bson/raw.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { ErrorCode, failedToParse, MongoError } from '../errors.ts';
import { modifyAll, modifyFirst, type QueryMaker, replaceTarget, type Target } from '../execution/modify.ts';
import type { TimeSlice } from '../execution/time-slice.ts';
import { valueKey } from '../index/key-encoding.ts';
import { parseFilter } from '../query/parse-filter.ts';
import type { Statements } from '../storage/retry-log.ts';
import type { Writer } from '../storage/store.ts';
import { buildUpsert, compileUpdate, type Update, type UpdateResult } from '../update/apply-update.ts';
import { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { checkId } from './insert.ts';
import { parseQuery } from './query-arguments.ts';
import { checkBatch } from './write-batch.ts';
import { type WriteError, withErrors, writeErrorOf } from './write-reply.ts';

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

const statementFields = ['q', 'u', 'c', 'multi', 'upsert', 'arrayFilters', 'collation', 'hint', 'sort'];

/** The update of a statement: a document or a pipeline. */
export function parseUpdate(
  value: Value | undefined,
  arrayFilters: Value[] | undefined,
  variables?: Document,
): Update {
  if (!isDocument(value) && !Array.isArray(value)) {
    throw failedToParse('Update argument must be either an object or an array');
  }
  return compileUpdate(value as Document | Document[], {
    arrayFilters: arrayFilters as Document[] | undefined,
    let: variables,
  });
}

function parseStatement(given: Value, index: number): Statement {
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
  const update = parseUpdate(args.value('u'), args.array('arrayFilters'), args.document('c'));
  const isMulti = args.flag('multi');
  if (isMulti && update.kind === 'replacement')
    throw failedToParse('multi update is not supported for replacement-style update');
  const sort = isMulti ? undefined : args.document('sort');
  const hint = args.value('hint');
  const makeQuery: QueryMaker = (collection) => parseQuery({ filter, sort, hint }, collection);
  return { index, filter, update, isMulti, isUpsert: args.flag('upsert'), makeQuery };
}

/** A matching document's new version, and whether it is one; nothing is written yet. */
export function versionOf(engine: Engine, target: Target, update: Update): UpdateResult {
  const matchedIndex = update.isPositional ? target.matchedIndex() : undefined;
  return update.apply(target.match.document, { matchedIndex, now: engine.clock() });
}

/** Applies an update to a matching document; whether that changed it. */
function applyTo(engine: Engine, writer: Writer, target: Target, update: Update): boolean {
  const { document, modified } = versionOf(engine, target, update);
  if (modified) replaceTarget(engine, writer, target, document);
  return modified;
}

/** What an upsert inserts where nothing matches. */
export function upsertOf(engine: Engine, filter: Document, update: Update): Document {
  const document = buildUpsert(parseFilter(filter), update, { now: engine.clock(), isInsert: true });
  checkId(document._id as Value);
  return document;
}

/** Inserts a document of `upsertOf`. */
export function insertUpsert(engine: Engine, writer: Writer, ns: string, document: Document): void {
  const collection = engine.catalog.get(ns) ?? engine.catalog.create(ns);
  engine.documents.insert(writer, collection, encode(document), valueKey(document._id as Value));
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

async function updateFirst(
  engine: Engine,
  ns: string,
  statement: Statement,
  statements: Statements,
  slice: TimeSlice,
): Promise<Outcome> {
  const { filter, update, index } = statement;
  const keep = (writer: Writer, outcome: Outcome): Outcome => {
    statements.record(index, stored(outcome));
    statements.save(writer);
    return outcome;
  };
  return modifyFirst(engine, ns, statement.makeQuery, slice, {
    recall: () => {
      const record = statements.recall(index);
      return record && recalled(record);
    },
    onMatch: (writer, target) => {
      const modified = applyTo(engine, writer, target, update);
      return keep(writer, { n: 1, nModified: modified ? 1 : 0 });
    },
    onNone: (writer) => {
      if (!statement.isUpsert) return { n: 0, nModified: 0 };
      const document = upsertOf(engine, filter, update);
      insertUpsert(engine, writer, ns, document);
      return keep(writer, { n: 1, nModified: 0, upsertedId: document._id as Value });
    },
  });
}

async function updateAll(
  engine: Engine,
  ns: string,
  statement: Statement,
  slice: TimeSlice,
): Promise<Outcome> {
  const outcome: Outcome = { n: 0, nModified: 0 };
  await modifyAll(engine, ns, statement.makeQuery, slice, (writer, target) => {
    if (applyTo(engine, writer, target, statement.update)) outcome.nModified += 1;
    outcome.n += 1;
  });
  if (outcome.n > 0 || !statement.isUpsert) return outcome;
  const document = upsertOf(engine, statement.filter, statement.update);
  await engine.store.write((writer) => insertUpsert(engine, writer, ns, document));
  return { n: 1, nModified: 0, upsertedId: document._id as Value };
}

export const update: Command = {
  name: 'update',
  counter: 'update',
  async run(engine, args) {
    args.allow('updates', 'ordered', 'bypassDocumentValidation', 'let', 'stmtId', 'stmtIds');
    const ns = args.namespace();
    const given = checkBatch(args, 'updates');
    const isOrdered = args.value('ordered') === undefined || args.flag('ordered');
    const statements = engine.retries.statementsOf(args.body);
    const total = { n: 0, nModified: 0 };
    const upserted: { index: number; _id: Value }[] = [];
    const errors: WriteError[] = [];
    const slice = args.startSlice();
    for (const [index, each] of given.entries()) {
      try {
        const statement = parseStatement(each, index);
        const outcome = statement.isMulti
          ? await updateAll(engine, ns, statement, slice)
          : await updateFirst(engine, ns, statement, statements, slice);
        total.n += outcome.n;
        total.nModified += outcome.nModified;
        if (outcome.upsertedId !== undefined) upserted.push({ index, _id: outcome.upsertedId });
      } catch (error) {
        errors.push(writeErrorOf(index, error));
        if (isOrdered) break;
      }
    }
    return { ...total, ...(upserted.length > 0 ? { upserted } : {}), ...withErrors(errors) };
  },
};
