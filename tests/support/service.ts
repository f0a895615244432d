import { randomBytes } from 'node:crypto';
import { type Db, MongoClient } from 'mongodb';
import type { Overrides } from '../../src/build-dependencies.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Env } from '../../src/config/env.ts';
import { createService, type Service } from '../../src/service.ts';

export const adminUsername = 'rocketchat.internal.admin.test';

/** A service of its own on a fresh database, and a direct view of that database. */
export interface TestService extends Service {
  readonly db: Db;
  /** For another service on the same database. */
  readonly mongoUrl: string;
}

/** The address of the test server with a database name of its own; credentials still hold for the one it named. */
export function freshDatabaseUrl(): string {
  const parts = /^([^/]+\/\/[^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(process.env.MONGO_URL ?? '');
  if (!parts) throw new Error('MONGO_URL is not set: run the tests with `npm test`');
  const [, server = '', named, options] = parts;
  const query = new URLSearchParams(options);
  if (server.includes('@') && !query.has('authSource')) query.set('authSource', named || 'admin');
  return `${server}/foyer_test_${randomBytes(6).toString('hex')}?${query}`;
}

/**
 * Starts a service in TEST_MODE, as Rocket.Chat's own suite wants its server: no rate limits, a known administrator.
 * @param env overrides of the environment; `MONGO_URL` to share a database with another service.
 */
export async function startTestService(env: Env = {}, overrides: Overrides = {}): Promise<TestService> {
  const mongoUrl = env.MONGO_URL ?? freshDatabaseUrl();
  const config = readConfig({
    PORT: '0',
    TEST_MODE: 'true',
    LOG_LEVEL: 'error',
    FOYER_DEMO: 'false',
    ADMIN_USERNAME: adminUsername,
    ADMIN_PASS: adminUsername,
    ADMIN_EMAIL: `${adminUsername}@rocket.chat`,
    ...env,
  });
  const client = await new MongoClient(mongoUrl).connect();
  const service = await createService(config, mongoUrl, overrides).catch(async (error: unknown) => {
    await client.close();
    throw error;
  });
  const db = client.db();
  return {
    ...service,
    db,
    mongoUrl,
    async stop() {
      await service.stop();
      if (env.MONGO_URL === undefined) await db.dropDatabase();
      await client.close();
    },
  };
}

/** Runs one story on a service of its own, which is stopped however the story ends. */
export async function withTestService(
  env: Env,
  story: (service: TestService) => Promise<void>,
): Promise<void> {
  const service = await startTestService(env);
  try {
    await story(service);
  } finally {
    await service.stop();
  }
}
