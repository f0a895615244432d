import {
  type Db,
  MongoBulkWriteError,
  MongoClient,
  MongoClientClosedError,
  MongoDriverError,
  MongoErrorLabel,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerClosedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb';
import type { DatabaseFault } from '../../domain/errors.ts';
import type { ConnectionObserver } from '../../observability/metrics.ts';
import { NotAListError } from './needs-list.ts';
import { observeConnections } from './observe-connections.ts';
import { reviveChecks } from './revive-checks.ts';
import { within } from './within.ts';

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

/**
 * Connects to MongoDB. The database is the one named by the address, or `foyer`. Whatever the address says, writes are
 * acknowledged by a majority and journaled before they are answered, and the primary is read: what is read decides what
 * is written, and a secondary may be behind.
 * @throws if the server cannot be reached.
 */
export async function connectDatabase(url: string, observer?: ConnectionObserver): Promise<Database> {
  const client = new MongoClient(url, {
    appName: 'foyer',
    connectTimeoutMS: connectTimeoutMs,
    // Text that is not UTF-8 comes with replacement characters: checking it takes longer than the rest of decoding.
    enableUtf8Validation: false,
    heartbeatFrequencyMS: heartbeatFrequencyMs,
    ignoreUndefined: true,
    readPreference: 'primary',
    serverSelectionTimeoutMS: selectionTimeoutMs,
    waitQueueTimeoutMS: selectionTimeoutMs,
    writeConcern: { w: 'majority', journal: true },
  });
  const lastHeardAt = observeConnections(client, observer);
  const stopReviving = reviveChecks(client);
  const ping = () => client.db('admin').command({ ping: 1 });
  try {
    await client.connect();
    await ping();
  } catch (error) {
    await stopReviving();
    await client.close();
    throw error;
  }
  const named = /^mongodb(\+srv)?:\/\/[^/]+\/[^?]+/.test(url);
  return {
    client,
    db: named ? client.db() : client.db(defaultDatabase),
    isReachable: async () => {
      const answered = ping().then(
        () => true,
        () => false,
      );
      return (await within(answered, pingTimeoutMs)) ?? false;
    },
    lastHeardAt,
    async close() {
      await stopReviving();
      await client.close();
    },
  };
}

/**
 * MongoDB's codes for what may go well a moment later, or in another place.
 *
 * - A node, or its primary, cannot be reached: 6, 7, 89, 91, 133, 189, 9001, 10107, 11600, 11602, 13435, 13436.
 * - It took too long, gave way to others, or was interrupted: 24, 46, 50, 112, 202, 262, 365, 462, 11601.
 * - The cursor or the plan of a query is gone: 43, 175, 237.
 * - A write is not, or not yet, with the majority: 64, 79, 100, 134.
 * - The shards have just been given other data: 63, 70, 150, 13388.
 * - The disk is full: 14031.
 */
const notServingCodes = new Set([
  ...[6, 7, 89, 91, 133, 189, 9001, 10107, 11600, 11602, 13435, 13436],
  ...[24, 46, 50, 112, 202, 262, 365, 462, 11601],
  ...[43, 175, 237],
  ...[64, 79, 100, 134],
  ...[63, 70, 150, 13388],
  14031,
]);
/** By these a server says so itself, whatever the code is. */
const retryLabels = [
  MongoErrorLabel.RetryableWriteError,
  MongoErrorLabel.RetryableError,
  MongoErrorLabel.SystemOverloadedError,
];
/** Node's codes for a connection that broke while the driver was writing to it. */
const brokenConnectionCodes = new Set(['EPIPE', 'ECONNRESET', 'ECONNREFUSED']);

const unavailableErrors = [
  MongoClientClosedError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerClosedError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
];
/**
 * Errors whose classes the driver does not export: all connections were in use for too long, or the server has left the
 * cluster.
 */
const unavailableNames = new Set(['MongoWaitQueueTimeoutError', 'MongoPoolClosedError']);

/** Whether an error means that the database is unreachable or too slow, rather than that a request was wrong. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (unavailableErrors.some((type) => error instanceof type) || isUnacknowledgedBulk(error)) return true;
  if (error instanceof MongoServerError)
    return notServingCodes.has(Number(error.code)) || retryLabels.some((label) => error.hasErrorLabel(label));
  if (error instanceof MongoDriverError) return unavailableNames.has(error.name);
  return error instanceof Error && 'code' in error && brokenConnectionCodes.has(String(error.code));
}

/** A bulk write that broke off without a word from the server: the driver reports an outage that way, too. */
export const isUnacknowledgedBulk = (error: unknown): boolean =>
  error instanceof MongoBulkWriteError &&
  typeof error.code !== 'number' &&
  [error.writeErrors].flat().length === 0;

/**
 * MongoDB's codes for a value of the wrong type, for a path through a value that has no members, for a field name that it
 * refuses, and for a document that has no room for more (10334, 17419, 17420).
 */
const unsuitableCodes = new Set([14, 28, 52, 10_334, 16_554, 17_419, 17_420, 40_400]);

/** What an error says about the database, if it is not a fault of the service. */
export function databaseFaultOf(error: unknown): DatabaseFault | undefined {
  if (isDatabaseUnavailable(error)) return 'unavailable';
  if (error instanceof NotAListError) return 'unsuitable-document';
  const isUnsuitable = error instanceof MongoServerError && unsuitableCodes.has(Number(error.code));
  return isUnsuitable ? 'unsuitable-document' : undefined;
}

/**
 * MongoDB's codes, by release, for a hint at an index that does not exist, and for a query that may not do without one.
 */
const lackingIndexCodes = new Set([2, 17007, 291]);

/** Whether an error may mean that a query needs an index that does not exist. */
export const lacksIndex = (error: unknown): boolean =>
  error instanceof MongoServerError && lackingIndexCodes.has(Number(error.code));

/** Whether a write was refused because a unique index already contains its key. */
export const isDuplicateKey = (error: unknown): error is MongoServerError =>
  error instanceof MongoServerError && error.code === 11_000;
