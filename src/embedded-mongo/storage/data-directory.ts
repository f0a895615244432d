import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { DataDirectoryError } from './data-directory-error.ts';
import { lockDirectory } from './directory-lock.ts';
import { findDamage } from './lmdb-check.ts';
import { Store } from './store.ts';

/** A data directory that is open, and closed to other processes. */
export interface DataDirectory {
  readonly store: Store;
  close(): Promise<void>;
}

const markerName = 'foyer-embedded-mongo.json';
const dataName = 'data.mdb';
const format = 1;

/** What the marker file says. A directory is `creating` until its database has been made and written once. */
interface Marker {
  readonly format: number;
  readonly state: 'creating' | 'ready';
}

function makeDirectory(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    if (!statSync(dataDir).isDirectory()) throw new Error('it is no directory');
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataDirectoryError(
      'not-writable',
      `The data directory ${dataDir} cannot be written to: ${reason}.`,
      { cause: error },
    );
  }
}

function readMarker(dataDir: string): Marker | undefined {
  const file = path.join(dataDir, markerName);
  if (!existsSync(file)) {
    if (readdirSync(dataDir).length === 0) return undefined;
    throw new DataDirectoryError(
      'foreign',
      `The directory ${dataDir} holds files, but no database of the embedded server: it is left alone.`,
    );
  }
  const marker = parseMarker(readFileSync(file, 'utf8'));
  if (!marker) throw damaged(dataDir, `${markerName} cannot be read`);
  if (marker.format !== format) {
    throw new DataDirectoryError(
      'newer-format',
      `The data directory ${dataDir} has format ${marker.format}; this version reads format ${format}.`,
    );
  }
  return marker;
}

function parseMarker(text: string): Marker | undefined {
  try {
    const { format: number, state } = JSON.parse(text) as Partial<Marker>;
    const isMarker = typeof number === 'number' && (state === 'creating' || state === 'ready');
    return isMarker ? { format: number, state } : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces the marker as a whole, and has it on disk before it returns. */
function writeMarker(dataDir: string, marker: Marker): void {
  const file = path.join(dataDir, markerName);
  const descriptor = openSync(`${file}.new`, 'w', 0o600);
  try {
    writeSync(descriptor, `${JSON.stringify(marker)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${file}.new`, file);
  syncDirectory(dataDir);
}

/** Makes renames and new files in a directory durable. Windows has no such call and does not need it. */
function syncDirectory(dataDir: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(dataDir, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const damaged = (dataDir: string, what: string): DataDirectoryError =>
  new DataDirectoryError(
    'damaged',
    `The database in ${dataDir} is damaged (${what}): restore it from a backup or start with an empty directory.`,
  );

function checkData(dataDir: string): void {
  const file = path.join(dataDir, dataName);
  if (!existsSync(file)) throw damaged(dataDir, `${dataName} is missing`);
  const damage = findDamage(file);
  if (damage) throw damaged(dataDir, damage);
}

function openStore(dataDir: string): Store {
  try {
    return new Store(path.join(dataDir, dataName));
  } catch (error) {
    throw damaged(dataDir, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Opens a data directory, or makes one where there is nothing. Everything is checked before anything is written.
 * Throws DataDirectoryError: `foreign` for other files, `damaged`, `in-use`, `not-writable`, `newer-format`.
 */
export async function openDataDirectory(dataDir: string): Promise<DataDirectory> {
  makeDirectory(dataDir);
  const known = readMarker(dataDir);
  const lock = await lockDirectory(dataDir);
  try {
    if (known?.state === 'ready') checkData(dataDir);
    else writeMarker(dataDir, { format, state: 'creating' });
    const store = openStore(dataDir);
    if (known?.state !== 'ready') {
      await store.write((writer) => writer.put(Buffer.from([0]), Buffer.from([format])));
      writeMarker(dataDir, { format, state: 'ready' });
    }
    const close = async (): Promise<void> => {
      await store.close();
      await lock.release();
    };
    return { store, close };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
