import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { unlimited } from './api/rocketchat/rate-limit.ts';
import { createApp } from './app.ts';
import type { Config } from './config/config.ts';
import { createAccessControl } from './domain/access.ts';
import { type Bootstrap, bootstrapAccounts } from './domain/bootstrap-accounts.ts';
import { type Clock, systemClock } from './domain/clock.ts';
import type { Dependencies } from './domain/dependencies.ts';
import { type IdSource, randomIds } from './domain/ids.ts';
import { createLogger, type Logger } from './observability/logger.ts';
import { connectDatabase, isDatabaseUnavailable } from './storage/client.ts';
import { ensureIndexes } from './storage/ensure-indexes.ts';
import { indexes } from './storage/indexes.ts';
import { createLoginAttemptStore } from './storage/login-attempts.ts';
import { createPermissionStore } from './storage/permissions.ts';
import { refreshRegularly } from './storage/refresh.ts';
import { createRoleStore } from './storage/roles.ts';
import { createSettingStore } from './storage/settings.ts';
import { createUserStore } from './storage/users.ts';

/** What tests replace. */
export interface Overrides {
  readonly clock?: Clock;
  readonly ids?: IdSource;
  readonly logger?: Logger;
  /** How long what is kept in memory of users, permissions and settings may be out of date. */
  readonly memoryMs?: number;
}

/** What another instance, or Rocket.Chat itself, changes about users, permissions and settings is seen this late. */
const defaultMemoryMs = 3_000;

export interface Service {
  readonly app: Express;
  readonly deps: Dependencies;
  /** What became of the administrator at this start; a generated password is to be shown once. */
  readonly bootstrap: Bootstrap;
  /** Listens on the configured port (0 picks one) and gives the address. */
  start(): Promise<AddressInfo>;
  /** Stops accepting, finishes what is running, and releases everything in reverse order. */
  stop(): Promise<void>;
}

/**
 * The composition root: builds every part once, in the order in which they depend on each other.
 * @param mongoUrl the database to use, also where it is the embedded one.
 */
export async function createService(
  config: Config,
  mongoUrl: string,
  overrides: Overrides = {},
): Promise<Service> {
  const logger = overrides.logger ?? createLogger(config.logLevel);
  const clock = overrides.clock ?? systemClock;
  const ids = overrides.ids ?? randomIds;
  const database = await connectDatabase(mongoUrl);
  await ensureIndexes(database.db, indexes, logger);
  const settings = createSettingStore(database.db, config.settingOverrides);
  const permissions = createPermissionStore(database.db);
  await Promise.all([settings.refresh(), permissions.refresh()]);
  const memoryMs = overrides.memoryMs ?? defaultMemoryMs;
  const stopRefreshing = refreshRegularly([settings, permissions], memoryMs, logger);
  const users = createUserStore(database.db);
  const access = createAccessControl({ users, permissions, settings, clock, rememberMs: memoryMs });
  const deps: Dependencies = {
    access,
    clock,
    ids,
    loginAttempts: createLoginAttemptStore(database.db),
    permissions,
    roles: createRoleStore(database.db),
    rootUrl: config.rootUrl,
    settings,
    users,
  };
  const bootstrap = await bootstrapAccounts(deps, config.admin);
  const app = createApp({ config, deps, logger, rateLimiter: unlimited, isDatabaseUnavailable });
  const server = createServer(app);

  return {
    app,
    deps,
    bootstrap,
    async start() {
      server.listen(config.port, config.bindIp);
      await once(server, 'listening');
      return server.address() as AddressInfo;
    },
    async stop() {
      if (server.listening) {
        const closed = once(server, 'close');
        server.close();
        server.closeIdleConnections();
        await closed;
      }
      stopRefreshing();
      await database.close();
    },
  };
}
