import {
  type Db,
  MongoClient,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb';

/** An unanswered connection attempt or health check is given up after this, so that a server's return is noticed. */
const connectTimeoutMs = 1_500;
const heartbeatFrequencyMs = 2_000;
const pingTimeoutMs = 1_000;

/** A request waits no longer than this for the database, so that its client hears of an outage within two seconds. */
const requestTimeoutMs = 1_700;
const defaultDatabase = 'foyer';

export interface Database {
  readonly client: MongoClient;
  readonly db: Db;
  /** Whether the database answers, at once or within a second. */
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
}

/** Told of each command that the driver has had an answer to. */
export type CommandObserver = (command: string, succeeded: boolean, ms: number) => void;

/**
 * Connects to MongoDB; the database is the one the address names, `foyer` without a name.
 * Writes are acknowledged by a majority and journaled before they are answered.
 * @throws when the server cannot be reached.
 */
export async function connectDatabase(url: string, observe?: CommandObserver): Promise<Database> {
  const client = new MongoClient(url, {
    appName: 'foyer',
    connectTimeoutMS: connectTimeoutMs,
    heartbeatFrequencyMS: heartbeatFrequencyMs,
    ignoreUndefined: true,
    monitorCommands: observe !== undefined,
    serverSelectionTimeoutMS: requestTimeoutMs,
    timeoutMS: requestTimeoutMs,
    writeConcern: { w: 'majority', journal: true },
  });
  if (observe) observeCommands(client, observe);
  const ping = () => client.db('admin').command({ ping: 1 }, { timeoutMS: pingTimeoutMs });
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
    isReachable: () =>
      ping().then(
        () => true,
        () => false,
      ),
    close: () => client.close(),
  };
}

function observeCommands(client: MongoClient, observe: CommandObserver): void {
  client.on('commandSucceeded', ({ commandName, duration }) => observe(commandName, true, duration));
  client.on('commandFailed', ({ commandName, duration }) => observe(commandName, false, duration));
}

/** MongoDB's codes for a server that is shutting down, stepping down or not (yet) the primary. */
const notServingCodes = new Set([91, 189, 10107, 11600, 11602, 13435, 13436]);

const unavailableErrors = [
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
];

/** Whether an error says that the database is away or too slow, rather than that a request was wrong. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (unavailableErrors.some((type) => error instanceof type)) return true;
  return error instanceof MongoServerError && notServingCodes.has(Number(error.code));
}

/** Whether a write was refused because a unique index already holds its key. */
export const isDuplicateKey = (error: unknown): error is MongoServerError =>
  error instanceof MongoServerError && error.code === 11_000;
