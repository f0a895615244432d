import {
  type Db,
  MongoBulkWriteError,
  MongoClient,
  MongoDriverError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb';
import type { DatabaseFault } from '../../domain/errors.ts';
import { NotAListError } from './needs-list.ts';

/**
 * A connection attempt or health check without an answer is abandoned after this time, so that a server's return is
 * noticed.
 */
const connectTimeoutMs = 1_000;
const heartbeatFrequencyMs = 500;
const pingTimeoutMs = 1_000;

/**
 * A command waits this long at most for a server or a connection; clients are to learn of an outage within two
 * seconds.
 */
const selectionTimeoutMs = 1_500;
const defaultDatabase = 'foyer';

export interface Database {
  readonly client: MongoClient;
  readonly db: Db;
  /** Whether the database answers within a second. */
  isReachable(): Promise<boolean>;
  /**
   * When the database last answered anything, by `performance.now()`; the driver checks its health twice a second.
   */
  lastHeardAt(): number;
  close(): Promise<void>;
}

/** Told of each command that the driver got an answer to. */
export type CommandObserver = (command: string, succeeded: boolean, ms: number) => void;

/**
 * Connects to MongoDB. The database is the one named by the address, or `foyer`. Writes are acknowledged by a
 * majority and journaled before they are answered.
 * @throws if the server cannot be reached.
 */
export async function connectDatabase(url: string, observe?: CommandObserver): Promise<Database> {
  const client = new MongoClient(url, {
    appName: 'foyer',
    connectTimeoutMS: connectTimeoutMs,
    // Text that is not UTF-8 comes with replacement characters: checking it takes longer than the rest of decoding.
    enableUtf8Validation: false,
    heartbeatFrequencyMS: heartbeatFrequencyMs,
    ignoreUndefined: true,
    monitorCommands: true,
    serverSelectionTimeoutMS: selectionTimeoutMs,
    waitQueueTimeoutMS: selectionTimeoutMs,
    writeConcern: { w: 'majority', journal: true },
  });
  const lastHeardAt = listen(client, observe);
  const ping = () => client.db('admin').command({ ping: 1 });
  try {
    await client.connect();
    await ping();
  } catch (error) {
    await client.close();
    throw error;
  }
  const named = /^mongodb(\+srv)?:\/\/[^/]+\/[^?]+/.test(url);
  return {
    client,
    db: named ? client.db() : client.db(defaultDatabase),
    isReachable: () => isAnswered(ping()),
    lastHeardAt,
    close: () => client.close(),
  };
}

/**
 * Listens to the driver's events.
 * @returns a function that tells when the database last answered anything.
 */
function listen(client: MongoClient, observe: CommandObserver | undefined): () => number {
  let heardAt = performance.now();
  const heard = () => {
    heardAt = performance.now();
  };
  client.on('serverHeartbeatSucceeded', heard);
  client.on('commandSucceeded', ({ commandName, duration }) => {
    heard();
    observe?.(commandName, true, duration);
  });
  client.on('commandFailed', ({ commandName, duration, failure }) => {
    if (failure instanceof MongoServerError) heard();
    observe?.(commandName, false, duration);
  });
  return () => heardAt;
}

/** Whether a ping is answered in time. */
function isAnswered(ping: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), pingTimeoutMs);
    ping
      .then(
        () => resolve(true),
        () => resolve(false),
      )
      .finally(() => clearTimeout(timer));
  });
}

/**
 * MongoDB's codes for a query that took too long, for a write that gave way to others, and for a server that is shutting
 * down, stepping down, not (yet) the primary, or out of disk space.
 */
const notServingCodes = new Set([50, 91, 112, 189, 10107, 11600, 11602, 13435, 13436, 14031]);
/** Node's codes for a connection that broke while the driver was writing to it. */
const brokenConnectionCodes = new Set(['EPIPE', 'ECONNRESET', 'ECONNREFUSED']);

const unavailableErrors = [
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
];

/** Whether an error means that the database is unreachable or too slow, rather than that a request was wrong. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (unavailableErrors.some((type) => error instanceof type) || isWaitQueueTimeout(error)) return true;
  if (isUnacknowledgedBulk(error)) return true;
  if (error instanceof MongoServerError) return notServingCodes.has(Number(error.code));
  return error instanceof Error && 'code' in error && brokenConnectionCodes.has(String(error.code));
}

/** All connections were in use for too long. The driver does not export the class. */
const isWaitQueueTimeout = (error: unknown): boolean =>
  error instanceof MongoDriverError && error.name === 'MongoWaitQueueTimeoutError';

/** A bulk write that broke off without a word from the server: the driver reports an outage that way, too. */
export const isUnacknowledgedBulk = (error: unknown): boolean =>
  error instanceof MongoBulkWriteError &&
  typeof error.code !== 'number' &&
  [error.writeErrors].flat().length === 0;

/**
 * MongoDB's codes for a value of the wrong type, for a path through a value that has no members, and for a field name
 * that it refuses.
 */
const unsuitableCodes = new Set([14, 28, 52, 16554, 40400]);

/** What an error says about the database, if it is not a fault of the service. */
export function databaseFaultOf(error: unknown): DatabaseFault | undefined {
  if (isDatabaseUnavailable(error)) return 'unavailable';
  if (error instanceof NotAListError) return 'unsuitable-document';
  const isUnsuitable = error instanceof MongoServerError && unsuitableCodes.has(Number(error.code));
  return isUnsuitable ? 'unsuitable-document' : undefined;
}

/** MongoDB's codes, by release, for a hint at an index that does not exist, and for a query that may not do without one. */
const lackingIndexCodes = new Set([2, 17007, 291]);

/** Whether an error may mean that a query needs an index that does not exist. */
export const lacksIndex = (error: unknown): boolean =>
  error instanceof MongoServerError && lackingIndexCodes.has(Number(error.code));

/** Whether a write was refused because a unique index already contains its key. */
export const isDuplicateKey = (error: unknown): error is MongoServerError =>
  error instanceof MongoServerError && error.code === 11_000;
