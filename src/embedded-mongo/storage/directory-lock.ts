import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import path from 'node:path';
import { DataDirectoryError } from './data-directory-error.ts';

/** A directory that is locked for this process. */
export interface DirectoryLock {
  release(): Promise<void>;
}

/** The socket inside the directory. */
export const lockFileName = 'lock.sock';

const inUse = (dataDir: string): DataDirectoryError =>
  new DataDirectoryError('in-use', `The data directory ${dataDir} is in use by another process.`);

/** Listens at an address that only one process can listen at; undefined if another one does. */
function claim(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => {
      server.unref();
      resolve(server);
    });
  });
}

const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** Whether a process listens at the socket, as opposed to one that was killed. */
function isAlive(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** A name for the directory itself, however it is reached, that the kernel releases along with the process. */
function kernelAddress(dataDir: string): string | undefined {
  const { dev, ino } = statSync(dataDir, { bigint: true });
  if (process.platform === 'linux') return `\0foyer-embedded-mongo-${dev}-${ino}`;
  if (process.platform !== 'win32') return undefined;
  const name = createHash('sha256').update(path.resolve(dataDir).toLowerCase()).digest('hex');
  return `\\\\.\\pipe\\foyer-embedded-mongo-${name}`;
}

/** Claims the socket inside the directory, and takes over one whose process was killed. */
async function claimFile(dataDir: string): Promise<Server> {
  // A socket's path may be about a hundred bytes long; that of the directory's descriptor is short.
  const descriptor = process.platform === 'linux' ? openSync(dataDir, constants.O_RDONLY) : undefined;
  const folder = descriptor === undefined ? dataDir : `/proc/self/fd/${descriptor}`;
  const address = `${folder}/${lockFileName}`;
  try {
    const first = await claim(address);
    if (first) return first;
    if (await isAlive(address)) throw inUse(dataDir);
    rmSync(address, { force: true });
    const second = await claim(address);
    if (!second) throw inUse(dataDir);
    return second;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * Keeps other processes out of a data directory. Nothing of this outlives the process, even if that is killed.
 *
 * A name held by the kernel (an abstract socket on Linux, a named pipe on Windows) decides between processes on one
 * machine. The socket inside the directory also shows processes in other containers that it is in use; on systems
 * without such a name (macOS), it decides by itself. Throws DataDirectoryError `in-use`.
 */
export async function lockDirectory(dataDir: string): Promise<DirectoryLock> {
  const address = kernelAddress(dataDir);
  const held: Server[] = [];
  const release = async (): Promise<void> => {
    // While it is held: later on it may be the next process's.
    rmSync(path.join(dataDir, lockFileName), { force: true });
    await Promise.all(held.map(close));
  };
  if (address) {
    const server = await claim(address);
    if (!server) throw inUse(dataDir);
    held.push(server);
  }
  if (process.platform === 'win32')
    return { release: () => Promise.all(held.map(close)).then(() => undefined) };
  try {
    held.push(await claimFile(dataDir));
  } catch (error) {
    await Promise.all(held.map(close));
    throw error;
  }
  return { release };
}
