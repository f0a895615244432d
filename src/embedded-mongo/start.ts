import { rmSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ListenOn } from './server.ts';
import { makeSocketDirectory, socketName, sweepSocketDirectories } from './socket-directory.ts';
import type { ChangeLogBounds } from './storage/change-log.ts';
import { DataDirectoryError } from './storage/data-directory-error.ts';
import type { FromWorker, WorkerOptions } from './worker-messages.ts';

export interface EmbeddedMongoOptions {
  /** Created if it does not exist. */
  readonly dataDir: string;
  /** Whether queries that would have to scan a collection are refused (MongoDB's `notablescan`). */
  readonly notablescan?: boolean;
  /** A port of the loopback interface to listen on instead of a Unix socket; 0 picks one. */
  readonly port?: number;
  /** How often to look for expired documents, cursors and sessions, in milliseconds; a minute by default. */
  readonly maintenanceIntervalMs?: number;
  /** How many changes are kept for change streams; see `defaultChangeLogBounds`. */
  readonly changeLog?: ChangeLogBounds;
  /** Called if the database stops by itself after it was started: with a DataDirectoryError if its data is damaged. */
  readonly onFailure?: (error: Error) => void;
}

/** A running database. */
export interface EmbeddedMongo {
  /** The address that a driver connects to. */
  readonly url: string;
  /** Stops it; resolves when its files are closed. */
  stop(): Promise<void>;
}

/** The longest path for a socket that every Unix accepts. */
const maxSocketPath = 100;

interface Place {
  readonly listen: ListenOn;
  clear(): void;
}

/**
 * A Unix socket in a directory that only this user may enter: there is no password, and a loopback port is open to
 * every user of the machine. It is a port if there are no such sockets (Windows), or if the path of the directory for
 * temporary files is too long.
 */
function placeToListen(port: number | undefined): Place {
  const nothing = (): void => undefined;
  if (port !== undefined) return { listen: { port }, clear: nothing };
  if (process.platform === 'win32') return { listen: { port: 0 }, clear: nothing };
  const directory = makeSocketDirectory();
  const clear = (): void => rmSync(directory, { recursive: true, force: true });
  const socket = path.join(directory, socketName);
  if (Buffer.byteLength(socket) <= maxSocketPath) return { listen: { socket }, clear };
  clear();
  return { listen: { port: 0 }, clear: nothing };
}

function errorOf(message: Extract<FromWorker, { kind: 'failed' }>): Error {
  return message.problem
    ? new DataDirectoryError(message.problem, message.message)
    : new Error(message.message);
}

function firstMessage(worker: Worker): Promise<FromWorker> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`The embedded database ended with code ${code}`)));
  });
}

function startWorker(options: WorkerOptions): Worker {
  return new Worker(new URL('./worker.js', import.meta.url), {
    workerData: options,
    name: 'embedded-mongo',
    // Short-lived buffers make up nearly all of what it allocates; a large young generation only costs memory.
    resourceLimits: { maxYoungGenerationSizeMb: 32 },
  });
}

/**
 * Runs the embedded database in a worker thread, so that it and the caller do not hold up each other's event loop.
 *
 * Works in the compiled build only, since threads start from a JavaScript file. Throws DataDirectoryError if the
 * directory is damaged, foreign, in use by another process or not writable.
 */
export async function startEmbeddedMongo(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
  const { dataDir, notablescan, port, maintenanceIntervalMs, changeLog, onFailure } = options;
  await sweepSocketDirectories();
  const place = placeToListen(port);
  const worker = startWorker({
    dataDir: path.resolve(dataDir),
    listen: place.listen,
    noTableScan: notablescan ?? false,
    ...(maintenanceIntervalMs === undefined ? {} : { maintenanceIntervalMs }),
    ...(changeLog === undefined ? {} : { changeLog }),
  });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let isStopping = false;
  try {
    const message = await firstMessage(worker);
    if (message.kind === 'failed') throw errorOf(message);
    let failure = new Error('The embedded database has ended');
    worker.on('error', (error) => {
      failure = error instanceof Error ? error : new Error(String(error));
    });
    worker.on('message', (later: FromWorker) => {
      if (later.kind === 'failed') failure = errorOf(later);
    });
    worker.once('exit', () => {
      place.clear();
      if (!isStopping) onFailure?.(failure);
    });
    const stop = async (): Promise<void> => {
      if (!isStopping) worker.postMessage('stop');
      isStopping = true;
      await exited;
    };
    return { url: message.url, stop };
  } catch (error) {
    place.clear();
    await worker.terminate();
    throw error;
  }
}
