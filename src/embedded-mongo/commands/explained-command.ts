import { fieldsOf } from '../bson/fields.ts';
import { decode } from '../bson/raw.ts';
import type { Document, Value } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import type { Match, QueryRun } from '../execution/query-run.ts';
import type { Query } from '../planner/plan.ts';
import type { Collection } from '../storage/catalog.ts';
import type { Update } from '../update/apply-update.ts';
import type { Arguments } from './arguments.ts';
import { readCount } from './count.ts';
import { deleteFields, parseDeleteStatement } from './delete.ts';
import { readDistinct } from './distinct.ts';
import { checkFind, readFind } from './find.ts';
import { readFindAndModify } from './find-and-modify.ts';
import { aggregateFields, headQuery, parseStages } from './pipeline-arguments.ts';
import { variablesOf } from './query-arguments.ts';
import { parseUpdateStatement, updateFields } from './update.ts';
import { checkBatch } from './write-batch.ts';

/** What a command would write. */
export interface WouldWrite {
  readonly kind: 'UPDATE' | 'DELETE';
  readonly isUpsert: boolean;
  /** Whether the write would change a matching document. */
  changes(run: QueryRun, match: Match): boolean;
}

/** The parts of a command that `explain` shows. */
export interface Explained {
  readonly query: Query;
  readonly skip: number;
  readonly limit: number;
  /** The stage above the reading ones (`COUNT`, `UPDATE`, …). */
  readonly top: string | undefined;
  readonly isCount: boolean;
  readonly write?: WouldWrite | undefined;
  /** The stages of a pipeline that a query cannot answer. */
  readonly furtherStages?: readonly Value[];
}

const everything: Pick<Explained, 'skip' | 'limit' | 'top' | 'isCount'> = {
  skip: 0,
  limit: Number.POSITIVE_INFINITY,
  top: undefined,
  isCount: false,
};

function updateOf(engine: Engine, update: Update, isUpsert: boolean): WouldWrite {
  const changes = (run: QueryRun, match: Match): boolean => {
    const document = match.document ?? decode(match.bytes);
    const matchedIndex = update.isPositional ? run.matcher.matchedIndex(document) : undefined;
    return update.apply(document, { matchedIndex, now: engine.clock() }).modified;
  };
  return { kind: 'UPDATE', isUpsert, changes };
}

const deletion: WouldWrite = { kind: 'DELETE', isUpsert: false, changes: () => true };

function writeOf(query: Query, write: WouldWrite, isMulti: boolean): Explained {
  const limit = isMulti ? Number.POSITIVE_INFINITY : 1;
  return { ...everything, query, limit, top: write.kind, write };
}

/** The only statement of a write command. Throws InvalidLength (16) if there are several. */
function onlyStatement(args: Arguments, field: string): Value {
  const [statement = null, ...others] = checkBatch(args, field);
  if (others.length === 0) return statement;
  throw new MongoError(ErrorCode.InvalidLength, 'Explained write batches must be of size 1');
}

type Reader = (engine: Engine, args: Arguments, collection: Collection | undefined) => Explained;

const readers: Readonly<Record<string, Reader>> = {
  find: (engine, args, collection) => {
    checkFind(args);
    const { query, skip, limit, projection } = readFind(engine, args, collection);
    return { ...everything, query, skip, limit, top: projection ? 'PROJECTION_DEFAULT' : undefined };
  },
  count: (_engine, args, collection) => {
    const { query, skip, limit } = readCount(args, collection);
    return { ...everything, query, limit: skip + limit, top: 'COUNT', isCount: true };
  },
  distinct: (_engine, args, collection) => ({
    ...everything,
    query: readDistinct(args, collection).query,
    top: 'DISTINCT',
  }),
  findAndModify: (engine, args, collection) => {
    const { wanted, makeQuery } = readFindAndModify(engine, args);
    const { update, isUpsert } = wanted;
    return writeOf(makeQuery(collection), update ? updateOf(engine, update, isUpsert) : deletion, false);
  },
  update: (engine, args, collection) => {
    args.allow(...updateFields);
    const given = onlyStatement(args, 'updates');
    const { makeQuery, update, isUpsert, isMulti } = parseUpdateStatement(
      given,
      0,
      variablesOf(engine, args),
    );
    return writeOf(makeQuery(collection), updateOf(engine, update, isUpsert), isMulti);
  },
  delete: (engine, args, collection) => {
    args.allow(...deleteFields);
    const given = onlyStatement(args, 'deletes');
    const { makeQuery, isMulti } = parseDeleteStatement(given, 0, variablesOf(engine, args));
    return writeOf(makeQuery(collection), deletion, isMulti);
  },
  aggregate: (_engine, args, collection) => {
    args.allow(...aggregateFields);
    const pipeline = parseStages(args);
    const { skip, limit, length, isCounted } = pipeline.head;
    const furtherStages = (args.array('pipeline') ?? []).slice(length);
    const query = headQuery(pipeline, args, collection);
    return { ...everything, query, skip, limit, isCount: isCounted, furtherStages };
  },
};

/**
 * Parses the command to explain, throwing the errors that the command itself would. Throws CommandNotFound
 * (59) for commands that cannot be explained.
 */
export function readExplained(engine: Engine, args: Arguments): Explained {
  const read = Object.hasOwn(readers, args.command) ? readers[args.command] : undefined;
  if (read) return read(engine, args, engine.catalog.get(args.namespace()));
  throw new MongoError(ErrorCode.CommandNotFound, `Explain failed due to unknown command: ${args.command}`);
}

/** The name of the command that a document represents. */
export const commandNameOf = (command: Document): string => fieldsOf(command)[0]?.[0] ?? '';
