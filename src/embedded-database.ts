import { type EmbeddedMongo, startEmbeddedMongo } from './embedded-mongo/start.ts';
import { DataDirectoryError } from './embedded-mongo/storage/data-directory-error.ts';
import { StartError } from './start-error.ts';

/**
 * Starts the database that Foyer includes for sites without a MongoDB. This is the only file outside `embedded-mongo`
 * that knows about it: everything else connects to its address as to any MongoDB (ADR 2).
 * @param onFailure called if it stops by itself later on.
 * @throws {StartError} for a data directory that cannot be used.
 */
export async function startEmbeddedDatabase(
  dataDir: string,
  onFailure?: (cause: Error) => void,
): Promise<EmbeddedMongo> {
  try {
    return await startEmbeddedMongo({ dataDir, ...(onFailure ? { onFailure } : {}) });
  } catch (error) {
    if (error instanceof DataDirectoryError) throw new StartError(error.message, { cause: error });
    throw error;
  }
}
