import { access } from 'node:fs/promises';
import type { Reader, Response } from 'maxmind';
import type { PlaceFinder } from '../domain/visits/place-finder.ts';
import type { Logger } from '../observability/logger.ts';
import { type Entry, placeOf } from './place-of.ts';

/** The paths of `.mmdb` files; the first that knows an address is believed. */
export interface PlaceFiles {
  /** Countries and cities. */
  readonly city: readonly string[];
  /** Networks and who provides them. */
  readonly networks: readonly string[];
}

type Database = Reader<Response>;

/**
 * Opens the databases of addresses. A file that is missing or damaged leaves its fields empty. They are read into
 * memory once: a newer file takes effect at the next start.
 */
export async function openPlaceFinder(files: PlaceFiles, logger: Logger): Promise<PlaceFinder> {
  const openAll = async (paths: readonly string[]): Promise<Database[]> =>
    (await Promise.all(paths.map((path) => openFile(path, logger)))).filter((each) => each !== null);
  const [city, networks] = await Promise.all([openAll(files.city), openAll(files.networks)]);
  return { placeOf: (ip) => placeOf(entryOf(city, ip), entryOf(networks, ip)) };
}

async function openFile(path: string, logger: Logger): Promise<Database | null> {
  try {
    await access(path);
    // Most sites have no such file, and start sooner without it.
    const { open } = await import('maxmind');
    return await open(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    logger.warn({ err: error, path }, 'a database of addresses cannot be read; places stay unknown');
    return null;
  }
}

/** What the databases say; null if none knows the address, or if they are damaged where the entry ought to be. */
function entryOf(databases: readonly Database[], ip: string): Entry | null {
  for (const database of databases) {
    try {
      const entry = database.get(ip);
      if (entry) return { ...entry };
    } catch {
      // An address of the other kind, or damage: the next database may know it.
    }
  }
  return null;
}
