import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { checkFile, type FileReport, findDamageAtStart } from './check-file.ts';
import { DataDirectoryError } from './data-directory-error.ts';
import { type DirectoryLock, lockDirectory, lockFileName } from './directory-lock.ts';
import { formatKey } from './plain-values.ts';
import { Store } from './store.ts';

/** An open data directory, locked against other processes. */
export interface DataDirectory {
  readonly store: Store;
  close(): Promise<void>;
}

const markerName = 'foyer-embedded-mongo.json';
const newMarkerName = `${markerName}.new`;
const dataName = 'data.mdb';
/** More than LMDB's table of readers takes (`maxReaders` in `store.ts`). */
const reservedBytes = 8192;
/** Format 1 had values without checksums; they get them while the directory is in use. */
const format = 2;
const oldestFormat = 1;

/**
 * The contents of the marker file. A directory is `creating` until its database has been created and written once.
 */
interface Marker {
  readonly format: number;
  readonly state: 'creating' | 'ready';
}

/** If the system refuses something (permissions, a full disk), the error says so in the system's words. */
function problemOf(dataDir: string, error: unknown): unknown {
  const isRefusal = error instanceof Error && 'syscall' in error;
  if (!isRefusal) return error;
  const message = `The data directory ${dataDir} cannot be written to: ${error.message}.`;
  return new DataDirectoryError('not-writable', message, { cause: error });
}

function makeDirectory(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
}

function readMarker(dataDir: string): Marker | undefined {
  const file = path.join(dataDir, markerName);
  if (!existsSync(file)) {
    // A process that was killed while it created the directory may leave these two.
    const others = readdirSync(dataDir).filter((name) => name !== newMarkerName && name !== lockFileName);
    if (others.length === 0) return undefined;
    throw new DataDirectoryError(
      'foreign',
      `The directory ${dataDir} holds files, but no database of the embedded server: it is left alone.`,
    );
  }
  const marker = parseMarker(readFileSync(file, 'utf8'));
  if (!marker) throw damaged(dataDir, `${markerName} cannot be read`);
  if (marker.format < oldestFormat || marker.format > format) {
    throw new DataDirectoryError(
      'newer-format',
      `The data directory ${dataDir} has format ${marker.format}; this version reads formats up to ${format}.`,
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

/** Replaces the whole marker, and returns once it is on disk. */
function writeMarker(dataDir: string, marker: Marker): void {
  const file = path.join(dataDir, markerName);
  const newFile = path.join(dataDir, newMarkerName);
  const descriptor = openSync(newFile, 'w', 0o600);
  try {
    writeSync(descriptor, `${JSON.stringify(marker)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(newFile, file);
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

/** The error for a directory whose data is damaged. */
export const damaged = (dataDir: string, what: string): DataDirectoryError =>
  new DataDirectoryError(
    'damaged',
    `The database in ${dataDir} is damaged (${what}): restore it from a backup or start with an empty directory.`,
  );

function checkData(dataDir: string): void {
  const file = path.join(dataDir, dataName);
  if (!existsSync(file)) throw damaged(dataDir, `${dataName} is missing`);
  accessSync(file, constants.R_OK | constants.W_OK);
  const damage = findDamageAtStart(file);
  if (damage) throw damaged(dataDir, damage);
}

/** Removes a database whose creation was interrupted: nothing was ever acknowledged in it. */
function removeUnfinished(dataDir: string): void {
  const file = path.join(dataDir, dataName);
  if (existsSync(file) && checkFile(file).damages.length > 0) rmSync(file);
}

/**
 * Creates a file, if there is none, that only this user may read; one created by an earlier version is made private
 * as well.
 */
function keepPrivate(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
}

/**
 * LMDB maps its lock file and writes to it there: on a full disk, that would kill the process if the file had no blocks
 * of its own yet.
 */
function reserveBlocks(lockFile: string): void {
  if (statSync(lockFile).size < reservedBytes) writeFileSync(lockFile, Buffer.alloc(reservedBytes));
}

function openStore(dataDir: string): Store {
  const file = path.join(dataDir, dataName);
  const lockFile = `${file}-lock`;
  for (const each of [file, lockFile]) keepPrivate(each);
  reserveBlocks(lockFile);
  try {
    return new Store(file);
  } catch (error) {
    throw damaged(dataDir, error instanceof Error ? error.message : String(error));
  }
}

async function openLocked(dataDir: string, known: Marker | undefined): Promise<Store> {
  if (known?.state === 'ready') {
    checkData(dataDir);
    // From here on there may be values that an earlier version takes for others.
    if (known.format < format) writeMarker(dataDir, { format, state: 'ready' });
    return openStore(dataDir);
  }
  writeMarker(dataDir, { format, state: 'creating' });
  removeUnfinished(dataDir);
  const store = openStore(dataDir);
  await store.write((writer) => writer.put(formatKey, Buffer.from([format])));
  writeMarker(dataDir, { format, state: 'ready' });
  return store;
}

/** Runs a function on a directory that no other process uses. What the system refuses is reported in its words. */
async function whileLocked<T>(
  dataDir: string,
  run: (known: Marker | undefined, lock: DirectoryLock) => T | Promise<T>,
): Promise<T> {
  try {
    // Refused before anything is written: the lock is a file, and another process may change the marker until it is
    // held.
    readMarker(dataDir);
    const lock = await lockDirectory(dataDir);
    try {
      return await run(readMarker(dataDir), lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    throw problemOf(dataDir, error);
  }
}

/**
 * Opens a data directory, or creates one if there is nothing. Everything is checked before anything is written.
 * Throws DataDirectoryError: `foreign` for other files, `damaged`, `in-use`, `not-writable`, `newer-format`.
 */
export async function openDataDirectory(dataDir: string): Promise<DataDirectory> {
  try {
    makeDirectory(dataDir);
  } catch (error) {
    throw problemOf(dataDir, error);
  }
  return whileLocked(dataDir, async (known, lock) => {
    const store = await openLocked(dataDir, known);
    const close = async (): Promise<void> => {
      await store.close();
      await lock.release();
    };
    return { store, close };
  });
}

/**
 * Checks everything in a data directory that no process uses. Throws DataDirectoryError as `openDataDirectory` does.
 */
export function checkDataDirectory(dataDir: string): Promise<FileReport> {
  return whileLocked(dataDir, async (known, lock) => {
    if (known?.state !== 'ready')
      throw new DataDirectoryError(
        'foreign',
        `The directory ${dataDir} holds no database of the embedded server.`,
      );
    const file = path.join(dataDir, dataName);
    if (!existsSync(file)) throw damaged(dataDir, `${dataName} is missing`);
    const report = checkFile(file);
    await lock.release();
    return report;
  });
}
