import type { Pieces } from '../bson/pieces.ts';
import type { Engine } from '../engine.ts';
import type { Arguments } from './arguments.ts';
import type { ConnectionInfo } from './connection-info.ts';

/** An answer: fields for `bson` to write (`ok` is added), or the whole document in pieces. */
export type Answer = Record<string, unknown> | Pieces;

/** One command of MongoDB's. */
export interface Command {
  readonly name: string;
  /** Names that mean the same. */
  readonly aliases?: readonly string[];
  /** What `serverStatus` counts it as. */
  readonly counter?: 'insert' | 'query' | 'update' | 'delete' | 'getmore';
  /** Whether it is one of the server's, which MongoDB runs against the database `admin` only. */
  readonly adminOnly?: boolean;
  run(engine: Engine, args: Arguments, connection: ConnectionInfo): Promise<Answer> | Answer;
}
