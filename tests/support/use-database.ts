import type { Db } from 'mongodb';
import { indexes } from '../../src/storage/indexes.ts';
import { connectDatabase, type Database } from '../../src/storage/mongodb/client.ts';
import { ensureIndexes } from './ensure-indexes.ts';
import { freshDatabaseUrl } from './service.ts';

/** A database without a service. It may be named before it is connected, not used. */
export interface DatabaseInUse {
  readonly db: Db;
}

/** Gives the stories of a file or block a database of their own, with all of Foyer's indexes. */
export function useDatabase(): DatabaseInUse {
  let database: Database | undefined;
  beforeAll(async () => {
    database = await connectDatabase(freshDatabaseUrl());
    await ensureIndexes(database.db, indexes);
  });
  afterAll(async () => {
    await database?.db.dropDatabase();
    await database?.close();
  });
  return {
    get db() {
      if (database === undefined) throw new Error('the database is not connected yet');
      return database.db;
    },
  };
}
