import { createServer, type Server, type Socket } from 'node:net';
import { ClusterTime } from './cluster-time.ts';
import { runCommand } from './commands/registry.ts';
import { createEngine, type Engine } from './engine.ts';
import { ErrorCode, MongoError } from './errors.ts';
import { Maintenance } from './execution/maintenance.ts';
import type { ChangeLogBounds } from './storage/change-log.ts';
import { type DataDirectory, damaged, openDataDirectory } from './storage/data-directory.ts';
import { Scrubber } from './storage/scrubber.ts';
import { Sealer } from './storage/sealer.ts';
import { Connection } from './wire/connection.ts';

/** Where to listen: a port of the loopback interface (0 picks one), or the path of a Unix socket. */
export type ListenOn = { readonly port: number } | { readonly socket: string };

export interface ServerOptions {
  /** Created if it does not exist. */
  readonly dataDir: string;
  readonly listen: ListenOn;
  /** Whether queries that would have to scan a collection are refused. */
  readonly noTableScan?: boolean;
  readonly clock?: () => Date;
  /** How many changes are kept for change streams. */
  readonly changeLog?: ChangeLogBounds;
  /** How often to look for expired documents, cursors and sessions; a minute by default. */
  readonly maintenanceIntervalMs?: number;
  /** Called if the server has stopped by itself: with a DataDirectoryError if its data is damaged. */
  readonly onFailure?: (error: Error) => void;
}

/** A running server. */
export interface RunningServer {
  /** The address that a driver connects to. */
  readonly url: string;
  /** Answers commands in progress, writes what is waiting, and releases everything. */
  stop(): Promise<void>;
}

function listen(server: Server, on: ListenOn): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const done = (): void => {
      server.off('error', reject);
      resolve();
    };
    if ('socket' in on) server.listen(on.socket, done);
    else server.listen(on.port, '127.0.0.1', done);
  });
}

function addressOf(server: Server): string {
  const address = server.address();
  if (typeof address === 'string') return address;
  return `127.0.0.1:${address?.port}`;
}

/** The connection string; `directConnection` keeps drivers from looking for other members. */
const urlOf = (address: string): string =>
  `mongodb://${address.startsWith('/') ? encodeURIComponent(address) : address}/?directConnection=true`;

function serve(engine: Engine, connections: Set<Connection>): (socket: Socket) => void {
  const clusterTime = new ClusterTime(engine.changes);
  return (socket) => {
    engine.counters.connections += 1;
    engine.counters.connectionsCreated += 1;
    const gone = new AbortController();
    const info = { id: engine.counters.connectionsCreated, closed: gone.signal };
    const connection = new Connection(socket, {
      run: (body) => runCommand(engine, body, info),
      complete: (answer) => clusterTime.addTo(answer),
    });
    connections.add(connection);
    engine.traffic.add(socket);
    socket.on('close', () => {
      gone.abort();
      engine.counters.connections -= 1;
      connections.delete(connection);
    });
  };
}

const isCorruption = (error: unknown): error is MongoError =>
  error instanceof MongoError && error.code === ErrorCode.DataCorruptionDetected;

/** The work in the background; it ends with the server. */
function startBackground(engine: Engine, options: ServerOptions): () => Promise<unknown> {
  const maintenance = new Maintenance(engine, options.maintenanceIntervalMs);
  const scrubber = new Scrubber(engine.store, engine.clock);
  const sealer = new Sealer(engine.store);
  scrubber.start();
  sealer.start();
  engine.indexBuilder.resume();
  engine.sweep();
  return () => Promise.all([maintenance.stop(), scrubber.stop(), sealer.stop(), engine.settle()]);
}

/** Opens the engine and the port of a directory. */
async function serveDirectory(directory: DataDirectory, options: ServerOptions): Promise<RunningServer> {
  const engine = createEngine(directory.store, options);
  const connections = new Set<Connection>();
  const server = createServer(serve(engine, connections));
  await listen(server, options.listen);
  engine.address = addressOf(server);
  const endBackground = startBackground(engine, options);
  const end = async (): Promise<void> => {
    const settled = endBackground();
    const closed = new Promise((resolve) => server.close(resolve));
    await Promise.all([...connections].map((connection) => connection.finish()));
    await Promise.all([closed, settled]);
    await directory.close();
  };
  let ended: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    ended ??= end();
    return ended;
  };
  engine.store.onDamage = (what) => {
    if (!ended) void stop().finally(() => options.onFailure?.(damaged(options.dataDir, what)));
  };
  return { url: urlOf(engine.address), stop };
}

/**
 * Opens the data directory and serves it over MongoDB's wire protocol. Throws DataDirectoryError if the directory
 * cannot be used, and the error from `listen` if the port cannot.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const directory = await openDataDirectory(options.dataDir);
  try {
    return await serveDirectory(directory, options);
  } catch (error) {
    await directory.close();
    throw isCorruption(error) ? damaged(options.dataDir, error.message) : error;
  }
}
