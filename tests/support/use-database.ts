import type { Db } from 'mongodb';
import { indexes } from '../../src/storage/indexes.ts';
import { connectDatabase, type Database } from '../../src/storage/mongodb/client.ts';
import { requestDatabase } from '../../src/storage/mongodb/request-database.ts';
import { collectEmptyOperators } from './empty-operators.ts';
import { ensureIndexes } from './ensure-indexes.ts';
import { freshDatabaseUrl } from './service.ts';

/** A database without a service. It may be named before it is connected, not used. */
export interface DatabaseInUse {
  readonly db: Db;
}

/**
 * Gives the stories of a file or block a database of their own, with all of Foyer's indexes, as requests see it. What is
 * written there has to suit MongoDB 4.4, too.
 */
export function useDatabase(): DatabaseInUse {
  let database: Database | undefined;
  let refused: readonly unknown[] = [];
  beforeAll(async () => {
    database = await connectDatabase(freshDatabaseUrl());
    refused = collectEmptyOperators(database.client);
    await ensureIndexes(database.db, indexes);
  });
  afterAll(async () => {
    await database?.db.dropDatabase();
    await database?.close();
    expect(refused).toEqual([]);
  });
  return {
    get db() {
      if (database === undefined) throw new Error('the database is not connected yet');
      return requestDatabase(database.db);
    },
  };
}
