import type { Pieces } from '../bson/pieces.ts';
import type { Document } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import type { Arguments } from './arguments.ts';

/** An answer: fields for `bson` to write (`ok` is added), or the whole document in pieces. */
export type Answer = Record<string, unknown> | Pieces;

/** One command of MongoDB's. */
export interface Command {
  readonly name: string;
  /** Names that mean the same. */
  readonly aliases?: readonly string[];
  /** What `serverStatus` counts it as. */
  readonly counter?: 'insert' | 'query' | 'update' | 'delete' | 'getmore';
  run(engine: Engine, args: Arguments, connection: ConnectionInfo): Promise<Answer> | Answer;
}

/** The connection a command came over. */
export interface ConnectionInfo {
  readonly id: number;
  /** Whether the client has gone: nobody waits for an answer any more. */
  readonly isClosed: boolean;
}

/** A statement of a command (`updates: [{q, u}]`). */
export type Statement = Document;
