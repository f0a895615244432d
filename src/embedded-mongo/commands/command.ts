import type { Pieces } from '../bson/pieces.ts';
import type { Engine } from '../engine.ts';
import type { Arguments } from './arguments.ts';
import type { ConnectionInfo } from './connection-info.ts';

/** An answer: either fields to encode with `bson` (`ok` is added), or the whole document in pieces. */
export type Answer = Record<string, unknown> | Pieces;

/** A MongoDB command. */
export interface Command {
  readonly name: string;
  /** Other names for the same command. */
  readonly aliases?: readonly string[];
  /** The `serverStatus` counter that it adds to. */
  readonly counter?: 'insert' | 'query' | 'update' | 'delete' | 'getmore';
  /** Whether it is a server-wide command, which MongoDB runs only against the `admin` database. */
  readonly adminOnly?: boolean;
  run(engine: Engine, args: Arguments, connection: ConnectionInfo): Promise<Answer> | Answer;
}
