import type { Db } from 'mongodb';
import { createLogger, type Logger } from '../../src/observability/logger.ts';
import {
  byCollection,
  createTogether,
  dropFallbacks,
  listIndexes,
} from '../../src/storage/mongodb/ensure-indexes.ts';
import type { Index } from '../../src/storage/mongodb/index-definition.ts';

/** Builds indexes at once; returns the names of those that ought to be unique but are not. */
export async function ensureIndexes(
  db: Db,
  list: readonly Index[],
  logger: Logger = createLogger('silent'),
): Promise<ReadonlySet<string>> {
  const nonUniqueIndexes = new Set<string>();
  await byCollection(list, async (collection, ofCollection) => {
    const listed = await listIndexes(db, collection);
    const created = await createTogether(db, ofCollection, logger);
    const isCreated = ({ name }: Index) => created.has(name);
    await dropFallbacks(db, ofCollection.filter(isCreated), listed);
    for (const index of ofCollection) if (!isCreated(index)) nonUniqueIndexes.add(index.name);
  });
  return nonUniqueIndexes;
}
