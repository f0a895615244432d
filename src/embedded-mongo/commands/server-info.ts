import { Long, ObjectId } from 'bson';
import { isTruthy } from '../bson/truth.ts';
import { isNumeric, type Value } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { badValue, ErrorCode, MongoError } from '../errors.ts';
import { maxDocumentBytes } from '../storage/document-writer.ts';
import { timestampOf } from '../storage/op-time.ts';
import { sessionTimeoutMinutes } from '../storage/retry-log.ts';
import { maxMessageBytes } from '../wire/messages.ts';
import type { Command } from './command.ts';
import type { ConnectionInfo } from './connection-info.ts';
import { checkSessionName } from './generic-arguments.ts';
import { maxWriteBatchSize } from './write-batch.ts';

/** The MongoDB version whose behaviour is reproduced, and the wire protocol version that belongs to it. */
export const version = '7.0.0';
const maxWireVersion = 21;

/** The replica set that this is the only member of. */
export const setName = 'foyer';
const processId = new ObjectId();

/** The last write. With only one member, it is also the majority's. */
function lastWriteOf({ changes }: Engine): Record<string, unknown> {
  const ts = timestampOf(changes.last);
  const opTime = { ts, t: Long.ONE };
  const date = new Date(ts.t * 1000);
  return { opTime, lastWriteDate: date, majorityOpTime: opTime, majorityWriteDate: date };
}

/**
 * Drivers retry writes only against members of a replica set, so this presents itself as the primary and only
 * member of one. It announces no `topologyVersion`, so drivers poll its state now and then instead of keeping
 * a stream open.
 */
function helloAnswer(engine: Engine, connection: ConnectionInfo, isLegacy: boolean): Record<string, unknown> {
  return {
    ...(isLegacy ? { ismaster: true, helloOk: true } : { isWritablePrimary: true }),
    secondary: false,
    setName,
    setVersion: 1,
    hosts: [engine.address],
    primary: engine.address,
    me: engine.address,
    electionId: processId,
    lastWrite: lastWriteOf(engine),
    maxBsonObjectSize: maxDocumentBytes,
    maxMessageSizeBytes: maxMessageBytes,
    maxWriteBatchSize,
    localTime: engine.clock(),
    logicalSessionTimeoutMinutes: sessionTimeoutMinutes,
    connectionId: connection.id,
    minWireVersion: 0,
    maxWireVersion,
    readOnly: false,
  };
}

export const hello: Command = {
  name: 'hello',
  run: (engine, _args, connection) => helloAnswer(engine, connection, false),
};

export const isMaster: Command = {
  name: 'isMaster',
  aliases: ['ismaster'],
  run: (engine, _args, connection) => helloAnswer(engine, connection, true),
};

export const ping: Command = { name: 'ping', run: () => ({}) };

export const buildInfo: Command = {
  name: 'buildInfo',
  aliases: ['buildinfo'],
  run: () => ({
    version,
    gitVersion: 'foyer-embedded',
    modules: ['foyer-embedded'],
    sysInfo: 'deprecated',
    versionArray: version.split('.').map(Number).concat(0),
    bits: 64,
    debug: false,
    maxBsonObjectSize: maxDocumentBytes,
    storageEngines: ['lmdb'],
  }),
};

const parameters: Readonly<Record<string, (engine: Engine) => unknown>> = {
  notablescan: (engine) => engine.settings.noTableScan,
  featureCompatibilityVersion: () => ({ version: '7.0' }),
};

export const getParameter: Command = {
  name: 'getParameter',
  adminOnly: true,
  run(engine, { body }) {
    const wanted = body.getParameter === '*' ? Object.keys(parameters) : Object.keys(body);
    const found = wanted.flatMap((name) => {
      const read = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
      return read ? [[name, read(engine)] as const] : [];
    });
    if (found.length === 0) throw new MongoError(ErrorCode.InvalidOptions, 'no option found to get');
    return Object.fromEntries(found);
  },
};

function booleanOf(value: Value): boolean {
  if (typeof value !== 'boolean' && !isNumeric(value)) throw badValue('notablescan must be a boolean');
  return isTruthy(value);
}

export const setParameter: Command = {
  name: 'setParameter',
  adminOnly: true,
  run(engine, args) {
    const unknown = args.unknownField('notablescan');
    if (unknown !== undefined) {
      throw new MongoError(
        ErrorCode.InvalidOptions,
        `attempted to set unrecognized parameter [${unknown}], use help:true to see options `,
      );
    }
    const value = args.value('notablescan');
    if (value === undefined) {
      throw new MongoError(ErrorCode.InvalidOptions, 'no option found to set, use help:true to see options ');
    }
    const was = engine.settings.noTableScan;
    engine.settings.noTableScan = booleanOf(value);
    return { was };
  },
};

export const connectionStatus: Command = {
  name: 'connectionStatus',
  run: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }),
};

function sessionId(session: Value, i: number): Buffer {
  checkSessionName(`endSessions.endSessions.${i}`, session);
  const { buffer, position } = session.id;
  return Buffer.from(buffer.subarray(0, position));
}

export const endSessions: Command = {
  name: 'endSessions',
  async run(engine, args) {
    await engine.retries.end((args.array('endSessions') ?? []).map(sessionId));
    return {};
  },
};

export const refreshSessions: Command = { name: 'refreshSessions', run: () => ({}) };

export const killSessions: Command = { name: 'killSessions', run: () => ({}) };
