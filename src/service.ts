import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import type { Db } from 'mongodb';
import { malformedAnswer, rocketChatSockets } from './api/rocketchat/dialect.ts';
import { createApp } from './app.ts';
import { buildDependencies, type Overrides } from './build-dependencies.ts';
import type { Config } from './config/config.ts';
import { type Bootstrap, bootstrapAccounts } from './domain/accounts/bootstrap-accounts.ts';
import type { Dependencies } from './domain/dependencies.ts';
import { BodyBudget } from './http/body-budget.ts';
import { CallWindows } from './http/call-windows.ts';
import { limitConnections } from './http/connection-limit.ts';
import { trackConnections } from './http/connections.ts';
import { createOutageDeadline } from './http/outage-deadline.ts';
import { createRateLimiter, type RateLimiter, unlimited } from './http/rate-limit.ts';
import type { Serving } from './http/serve.ts';
import { createHttpServer } from './http/server.ts';
import { Turns } from './http/turns.ts';
import { createLogger, type Logger } from './observability/logger.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import { type SocketMount, Sockets } from './realtime/ddp/sockets.ts';
import { indexes, retiredCollections, retiredIndexes } from './storage/indexes.ts';
import { buildIndexes, type IndexBuild } from './storage/mongodb/build-indexes.ts';
import { connectDatabase, type Database, databaseFaultOf, lacksIndex } from './storage/mongodb/client.ts';
import { dropCollections, dropIndexes } from './storage/mongodb/ensure-indexes.ts';
import { warnOfOldRelease } from './storage/mongodb/old-release.ts';
import { createSharedCallCounter } from './storage/mongodb/shared-call-counter.ts';
import { type WhenAvailable, whenAvailable } from './storage/mongodb/when-available.ts';
import { widgetPath } from './widget/widget-path.ts';

/** How long requests in progress may take when the service stops, which may take five seconds in all. */
const stopGraceMs = 2_500;

/**
 * How many answers of one list an address may be sent at a time. At a few milliseconds each, an office full of agents
 * needs no more; a list of the largest documents takes up a hundred megabytes while it is read.
 */
const listsAtATime = 2;

export interface Service {
  readonly app: Express;
  readonly deps: Dependencies;
  /** What this start did about the administrator; a generated password is to be shown once. */
  readonly bootstrap: Bootstrap;
  /** Listens on the configured port (0 picks one) and returns the address. */
  start(): Promise<AddressInfo>;
  /** Stops accepting requests, finishes those in progress, and releases everything in reverse order. */
  stop(): Promise<void>;
}

/**
 * The composition root: builds every part once, in the order in which they depend on each other.
 * @param mongoUrl the address of the database, which may be the embedded one.
 * @param signal ends the waiting for a database that cannot be reached yet.
 */
export async function createService(
  config: Config,
  mongoUrl: string,
  overrides: Overrides = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Service> {
  const logger = overrides.logger ?? createLogger(config.logLevel);
  const metrics = createMetrics();
  const stopping = new AbortController();
  let database: Database | undefined;
  try {
    const open = () => openDatabase(mongoUrl, { logger, metrics, stopping });
    const waiting: WhenAvailable = (step) => whenAvailable(step, { logger, signal });
    const opened = await waiting(open);
    database = opened.database;
    const given = { config, logger, metrics, overrides, stopping };
    return await assemble({ ...given, ...opened, whenAvailable: waiting });
  } catch (error) {
    stopping.abort();
    await database?.close();
    metrics.stop();
    throw error;
  }
}

/** Connects to the database and prepares it. Closed again if that fails, so that it can be opened once more. */
async function openDatabase(
  mongoUrl: string,
  { logger, metrics, stopping }: Pick<Parts, 'logger' | 'metrics' | 'stopping'>,
): Promise<Pick<Parts, 'database' | 'indexBuild'>> {
  const database = await connectDatabase(mongoUrl, metrics.databaseConnections);
  try {
    return { database, indexBuild: await prepareDatabase({ logger, metrics, database, stopping }) };
  } catch (error) {
    await database.close();
    throw error;
  }
}

interface Parts {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly indexBuild: IndexBuild;
  readonly overrides: Overrides;
  /** Aborted when the service begins to stop. */
  readonly stopping: AbortController;
  readonly whenAvailable: WhenAvailable;
}

async function assemble(parts: Parts): Promise<Service> {
  const { config, logger, metrics, database, indexBuild, overrides, stopping } = parts;
  const { activity, visitorsSearchable } = metrics;
  let { port } = config;
  const { deps, follow, stopWaiting, release } = await buildDependencies(database.db, {
    config,
    // Which port 0 stands for is known once the service listens.
    rootUrl: () => config.rootUrl ?? `http://localhost:${port}`,
    logger,
    overrides,
    activity,
    visitorsSearchable,
    indexBuild,
    whenAvailable: parts.whenAvailable,
  });
  const bootstrap = await createAccounts(deps, parts);
  const serving = createServing(parts, deps);
  const app = createApp({
    config,
    deps,
    metrics,
    serving,
    isReady: async () => !stopping.signal.aborted && (await database.isReachable()),
  });
  await follow();
  const { server, connections, sockets } = createListeners(parts, app, deps, serving);
  return {
    app,
    deps,
    bootstrap,
    async start() {
      server.listen(config.port, config.bindIp);
      await once(server, 'listening');
      const address = server.address() as AddressInfo;
      port = address.port;
      return address;
    },
    async stop() {
      stopping.abort();
      stopWaiting();
      // Both at once: a client that gets an answer but no socket does not try again.
      await Promise.all([server.listening && connections.close(stopGraceMs), sockets.stop()]);
      await release();
      await database.close();
      metrics.stop();
    },
  };
}

/**
 * Drops what earlier releases needed, and builds the indexes that the service cannot do without. MongoDB before 5.2
 * drops no index of a collection while it builds another one.
 */
async function prepareDatabase({
  logger,
  metrics,
  database: { db },
  stopping,
}: Pick<Parts, 'logger' | 'metrics' | 'database' | 'stopping'>): Promise<IndexBuild> {
  await Promise.all([
    warnOfOldRelease(db, logger),
    dropIndexes(db, retiredIndexes),
    dropCollections(db, retiredCollections),
  ]);
  const options = { logger, signal: stopping.signal, onProgress: metrics.indexesMissing };
  return buildIndexes(db, indexes, options);
}

/** Creates the accounts that every installation has. */
async function createAccounts(
  deps: Dependencies,
  { config, logger, whenAvailable }: Parts,
): Promise<Bootstrap> {
  const bootstrap = await bootstrapAccounts({ ...deps, whenAvailable }, config.admin);
  if (bootstrap.adminAddressTaken)
    logger.warn('there is no administrator, and ADMIN_EMAIL belongs to another user');
  return bootstrap;
}

/** What accepts requests and sockets, once the server listens. */
function createListeners({ config }: Parts, app: Express, deps: Dependencies, serving: Serving) {
  const server = createHttpServer(app, malformedAnswer);
  const connections = trackConnections(server);
  if (config.forwardedCount === 0) limitConnections(server);
  const sockets = new Sockets(rocketChatSockets(deps, serving));
  sockets.attach(server, socketMounts(config));
  return { server, connections, sockets };
}

/**
 * Where sockets can be opened: below the root and the path of the public address, if it has one, and the widget's below
 * its own path in each.
 */
const socketMounts = ({ rootPath }: Config): SocketMount[] =>
  [...new Set(['', rootPath])].flatMap((prefix) => [
    { prefix, isWidget: false },
    { prefix: prefix + widgetPath, isWidget: true },
  ]);

/** What all endpoints are served with. */
const createServing = ({ config, logger, database, indexBuild }: Parts, deps: Dependencies): Serving => ({
  logger,
  rateLimiter: createLimiter(config, database.db, deps, logger),
  bodyBudget: new BodyBudget(),
  bans: deps.bans,
  turns: new Turns(listsAtATime),
  withOutageDeadline: createOutageDeadline(database),
  forwardedCount: config.forwardedCount,
  databaseFaultOf: (error) =>
    databaseFaultOf(error) ?? (indexBuild.isUnderWay() && lacksIndex(error) ? 'unavailable' : undefined),
});

/** Rate limits across all instances on the database; none in TEST_MODE, as in Rocket.Chat. */
function createLimiter(config: Config, db: Db, { clock }: Dependencies, logger: Logger): RateLimiter {
  if (config.testMode) return unlimited;
  const windows = new CallWindows({
    clock,
    shared: createSharedCallCounter(db),
    onSharingFailed: (error) =>
      logger.debug({ err: error }, 'calls are counted by this instance alone for now'),
  });
  return createRateLimiter(windows);
}
