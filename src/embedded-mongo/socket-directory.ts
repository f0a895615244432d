import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';

const prefix = 'foyer-mongo-';
export const socketName = 'mongo.sock';

/** Makes a directory that only this user may enter, for the socket of one server. */
export const makeSocketDirectory = (): string => mkdtempSync(path.join(os.tmpdir(), prefix));

/**
 * Removes the directories that servers left behind when they were killed: those with a socket on which nobody listens.
 * A directory without a socket belongs to a server that is just starting, and one that may not be read to another user.
 */
export async function sweepSocketDirectories(): Promise<void> {
  const names = readdirSync(os.tmpdir()).filter((name) => name.startsWith(prefix));
  await Promise.all(names.map((name) => sweep(path.join(os.tmpdir(), name))));
}

async function sweep(directory: string): Promise<void> {
  if (await isAbandoned(path.join(directory, socketName)))
    rmSync(directory, { recursive: true, force: true });
}

const isAbandoned = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const connection = connect(socket);
    connection.once('connect', () => {
      connection.destroy();
      resolve(false);
    });
    connection.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
