import { Int32 } from 'bson';
import type { VariableValues } from '../aggregate/scope.ts';
import { encode } from '../bson/raw.ts';
import type { Document, Value } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { badValue, failedToParse } from '../errors.ts';
import { FirstModification, type Modification, type QueryMaker, replaceTarget } from '../execution/modify.ts';
import { runWork } from '../execution/run-writes.ts';
import { compileProjection } from '../projection/project.ts';
import { parseFilter, refuseExpr } from '../query/parse-filter.ts';
import { checkSize } from '../storage/document-writer.ts';
import type { Statements } from '../storage/retry-log.ts';
import type { Update } from '../update/apply-update.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { parseQuery, variablesOf } from './query-arguments.ts';
import { checkUpsertFilter, insertUpsert, parseUpdate, upsertOf, versionOf } from './update.ts';

/** The command's answer, kept as it is for a retry. */
type Result = { lastErrorObject: Document; value: Value };

interface Wanted {
  readonly ns: string;
  readonly filter: Document;
  readonly update: Update | undefined;
  readonly isUpsert: boolean;
  readonly wantsNew: boolean;
  readonly project: (document: Document, matchedIndex?: number) => Document;
  readonly isPositional: boolean;
}

function parseProjection(
  fields: Document | undefined,
  variables: VariableValues,
): Pick<Wanted, 'project' | 'isPositional'> {
  if (!fields || Object.keys(fields).length === 0)
    return { project: (document) => document, isPositional: false };
  const projection = compileProjection(fields, [...variables.keys()]);
  return {
    project: (document, matchedIndex) => {
      const projected = projection.project(document, { matchedIndex, variables });
      checkSize(encode(projected));
      return projected;
    },
    isPositional: projection.isPositional,
  };
}

function parseWanted(args: Arguments, variables: VariableValues): Wanted {
  const given = args.value('update');
  const isRemove = args.flag('remove');
  if (isRemove && given !== undefined) throw failedToParse('Cannot specify both an update and remove=true');
  if (isRemove && args.flag('upsert')) throw failedToParse('Cannot specify both upsert=true and remove=true');
  if (isRemove && args.flag('new')) {
    throw failedToParse(
      "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
    );
  }
  if (isRemove && args.array('arrayFilters'))
    throw failedToParse('Cannot specify arrayFilters and remove=true');
  if (!isRemove && given === undefined)
    throw failedToParse('Either an update or remove=true must be specified');
  const filter = args.document('query') ?? {};
  const projection = parseProjection(args.document('fields'), variables);
  if (args.flag('upsert')) checkUpsertFilter(filter);
  if (projection.isPositional) {
    if (args.flag('new')) throw badValue('Cannot use a positional projection and return the new document.');
    refuseExpr(parseFilter(filter));
  }
  return {
    ns: args.namespace(),
    filter,
    update: isRemove ? undefined : parseUpdate(given, args.array('arrayFilters'), variables),
    isUpsert: args.flag('upsert'),
    wantsNew: args.flag('new'),
    ...projection,
  };
}

function modificationOf(engine: Engine, wanted: Wanted, statements: Statements): Modification<Result> {
  const { update, ns } = wanted;
  return {
    recall: () => statements.recall(0) as Result | undefined,
    onMatch: (writer, target) => {
      const matchedIndex = wanted.isPositional ? target.matchedIndex() : undefined;
      const before = target.match.document;
      const after = update && versionOf(engine, target, update);
      const lastErrorObject: Document = { n: new Int32(1), ...(update ? { updatedExisting: true } : {}) };
      // A projection may fail, so it must run before anything is written: a failure after that would also
      // undo the writes of others in the same transaction.
      const value = wanted.project((wanted.wantsNew && after?.document) || before, matchedIndex);
      const result = { lastErrorObject, value };
      if (!after) engine.documents.remove(writer, target.collection, target.match);
      else if (after.modified) replaceTarget(engine, writer, target, after);
      statements.record(0, result);
      statements.save(writer);
      return result;
    },
    onNone: (writer) => {
      const lastErrorObject: Document = { n: new Int32(0), ...(update ? { updatedExisting: false } : {}) };
      if (!update || !wanted.isUpsert) return { lastErrorObject, value: null };
      const document = upsertOf(engine, wanted.filter, update);
      const inserted: Document = { n: new Int32(1), updatedExisting: false, upserted: document._id as Value };
      const result = { lastErrorObject: inserted, value: wanted.wantsNew ? wanted.project(document) : null };
      insertUpsert(engine, writer, ns, document);
      statements.record(0, result);
      statements.save(writer);
      return result;
    },
  };
}

const fields = [
  'query',
  'sort',
  'remove',
  'update',
  'new',
  'fields',
  'upsert',
  'bypassDocumentValidation',
  'collation',
  'arrayFilters',
  'hint',
  'let',
  'stmtId',
];

/** Parses what to find and how to modify it. */
export function readFindAndModify(
  engine: Engine,
  args: Arguments,
): { wanted: Wanted; makeQuery: QueryMaker } {
  args.allow(...fields);
  const variables = variablesOf(engine, args);
  const wanted = parseWanted(args, variables);
  const sort = args.document('sort');
  const hint = args.value('hint');
  return {
    wanted,
    makeQuery: (collection) => parseQuery({ filter: wanted.filter, sort, hint, variables }, collection),
  };
}

export const findAndModify: Command = {
  name: 'findAndModify',
  aliases: ['findandmodify'],
  async run(engine, args) {
    const { wanted, makeQuery } = readFindAndModify(engine, args);
    const statements = engine.retries.statementsOf(args.body);
    const slice = args.startSlice();
    const selection = { ns: wanted.ns, makeQuery, slice };
    const modification = modificationOf(engine, wanted, statements);
    return runWork(engine, slice, new FirstModification(engine, selection, modification));
  },
};
