import { Double } from 'bson';
import { type Pieces, wholePiece } from '../bson/pieces.ts';
import { encode } from '../bson/raw.ts';
import type { Document, Value } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import { aggregate } from './aggregate.ts';
import { Arguments } from './arguments.ts';
import { create, drop, dropDatabase, listCollections, listDatabases } from './collections.ts';
import type { Answer, Command } from './command.ts';
import { countCommand } from './command-usage.ts';
import type { ConnectionInfo } from './connection-info.ts';
import { count } from './count.ts';
import { currentOp } from './current-op.ts';
import { getMore, killCursors } from './cursors.ts';
import { deleteCommand } from './delete.ts';
import { distinct } from './distinct.ts';
import { explain } from './explain.ts';
import { find } from './find.ts';
import { findAndModify } from './find-and-modify.ts';
import { checkGenericArguments, writeConcernErrorOf } from './generic-arguments.ts';
import { getCmdLineOpts, getLog, hostInfo } from './host-info.ts';
import { createIndexes, dropIndexes, listIndexes } from './indexes.ts';
import { insert } from './insert.ts';
import { renameCollection } from './rename-collection.ts';
import { replSetGetStatus } from './repl-set-get-status.ts';
import * as info from './server-info.ts';
import { serverStatus } from './server-status.ts';
import { collStats, dbStats } from './statistics.ts';
import { top } from './top.ts';
import { update } from './update.ts';
import { validate } from './validate.ts';

const commands: readonly Command[] = [
  aggregate,
  collStats,
  count,
  create,
  createIndexes,
  currentOp,
  dbStats,
  deleteCommand,
  distinct,
  drop,
  dropDatabase,
  dropIndexes,
  explain,
  find,
  findAndModify,
  getCmdLineOpts,
  getLog,
  getMore,
  hostInfo,
  insert,
  killCursors,
  listCollections,
  listDatabases,
  listIndexes,
  renameCollection,
  replSetGetStatus,
  top,
  update,
  validate,
  info.buildInfo,
  info.connectionStatus,
  info.endSessions,
  info.getParameter,
  info.hello,
  info.isMaster,
  info.killSessions,
  info.ping,
  info.refreshSessions,
  serverStatus,
  info.setParameter,
];

/** The supported commands, without their aliases. */
export const commandNames: readonly string[] = commands.map(({ name }) => name);

const byName = new Map(
  commands.flatMap((command) => [command.name, ...(command.aliases ?? [])].map((name) => [name, command])),
);

const isInPieces = (answer: Answer): answer is Pieces => typeof answer.piece === 'function';

/**
 * Refuses transactions with code 263. IllegalOperation (20) would make drivers think that retryable writes
 * are not supported.
 */
function refuseTransaction(name: string, body: Document): void {
  if (body.startTransaction === undefined && body.autocommit === undefined) return;
  throw new MongoError(
    ErrorCode.OperationNotSupportedInTransaction,
    `Cannot run '${name}' in a transaction: the embedded database has none`,
  );
}

function checkDatabase({ name, adminOnly }: Command, db: Value | undefined): void {
  if (!adminOnly || db === 'admin') return;
  throw new MongoError(ErrorCode.Unauthorized, `${name} may only be run against the admin database.`);
}

/**
 * Runs a command and returns its answer as BSON. Throws CommandNotFound (59) for unknown commands, and
 * Unauthorized (13).
 */
export async function runCommand(
  engine: Engine,
  body: Document,
  connection: ConnectionInfo,
): Promise<Pieces> {
  const name = Object.keys(body)[0] ?? '';
  const command = byName.get(name);
  engine.counters.requests += 1;
  refuseTransaction(name, body);
  if (!command) throw new MongoError(ErrorCode.CommandNotFound, `no such command: '${name}'`);
  checkGenericArguments(command.name, body);
  checkDatabase(command, body.$db);
  const hasEnded = countCommand(engine, command, name, body);
  try {
    const answer = await command.run(engine, new Arguments(name, body, connection), connection);
    return isInPieces(answer)
      ? answer
      : wholePiece(encode({ ...answer, ...writeConcernErrorOf(body), ok: new Double(1) }));
  } finally {
    hasEnded();
  }
}
