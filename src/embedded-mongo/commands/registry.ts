import { Double } from 'bson';
import { type Pieces, wholePiece } from '../bson/pieces.ts';
import { encode } from '../bson/raw.ts';
import type { Document } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import { aggregate } from './aggregate.ts';
import { Arguments } from './arguments.ts';
import { create, drop, dropDatabase, listCollections, listDatabases } from './collections.ts';
import type { Answer, Command } from './command.ts';
import type { ConnectionInfo } from './connection-info.ts';
import { count } from './count.ts';
import { getMore, killCursors } from './cursors.ts';
import { deleteCommand } from './delete.ts';
import { distinct } from './distinct.ts';
import { explain } from './explain.ts';
import { find } from './find.ts';
import { findAndModify } from './find-and-modify.ts';
import { createIndexes, dropIndexes, listIndexes } from './indexes.ts';
import { insert } from './insert.ts';
import { renameCollection } from './rename-collection.ts';
import * as info from './server-info.ts';
import { update } from './update.ts';

const commands: readonly Command[] = [
  aggregate,
  count,
  create,
  createIndexes,
  deleteCommand,
  distinct,
  drop,
  dropDatabase,
  dropIndexes,
  explain,
  find,
  findAndModify,
  getMore,
  insert,
  killCursors,
  listCollections,
  listDatabases,
  listIndexes,
  renameCollection,
  update,
  info.buildInfo,
  info.connectionStatus,
  info.endSessions,
  info.getParameter,
  info.hello,
  info.isMaster,
  info.killSessions,
  info.ping,
  info.refreshSessions,
  info.serverStatus,
  info.setParameter,
];

const byName = new Map(
  commands.flatMap((command) => [command.name, ...(command.aliases ?? [])].map((name) => [name, command])),
);

const isInPieces = (answer: Answer): answer is Pieces => typeof answer.piece === 'function';

/** Runs a command and gives its answer as BSON. Throws CommandNotFound (59) for what is none. */
export async function runCommand(
  engine: Engine,
  body: Document,
  connection: ConnectionInfo,
): Promise<Pieces> {
  const name = Object.keys(body)[0] ?? '';
  const command = byName.get(name);
  if (!command) throw new MongoError(ErrorCode.CommandNotFound, `no such command: '${name}'`);
  engine.counters.opcounters[command.counter ?? 'command'] += 1;
  const answer = await command.run(engine, new Arguments(name, body, connection), connection);
  return isInPieces(answer) ? answer : wholePiece(encode({ ...answer, ok: new Double(1) }));
}
