import type { Overrides } from '../../src/build-dependencies.ts';
import type { Env } from '../../src/config/env.ts';
import { clientOf } from './accounts.ts';
import { type ApiClient, apiClient } from './client.ts';
import { startTestService, type TestService } from './service.ts';
import { insertUser } from './users.ts';

/** Who calls the service in the stories of a file. They may be named before the service runs, not called. */
export interface ServiceInUse {
  readonly service: Pick<TestService, 'app' | 'db' | 'deps' | 'mongoUrl'>;
  /** Without credentials, as a visitor's browser. */
  readonly anyone: ApiClient;
  readonly admin: ApiClient;
  /** A user without any permission. */
  readonly outsider: ApiClient;
}

/** Starts a service before the stories of the file or block, and stops it after them; as `startTestService`. */
export function useService(env: Env = {}, overrides: Overrides = {}): ServiceInUse {
  let started: TestService | undefined;
  let clients: Pick<ServiceInUse, 'anyone' | 'admin' | 'outsider'> | undefined;
  beforeAll(async () => {
    started = await startTestService(env, overrides);
    const anyone = apiClient(started.app);
    const admin = await clientOf(started.app);
    clients = { anyone, admin, outsider: anyone.as(await insertUser(started)) };
  });
  afterAll(() => started?.stop());

  const running = (): TestService => {
    if (started === undefined) throw new Error('the service is not running yet');
    return started;
  };
  const caller = (name: 'anyone' | 'admin' | 'outsider'): ApiClient => {
    const client = (): ApiClient => {
      if (clients === undefined) throw new Error('the service is not running yet');
      return clients[name];
    };
    return {
      get: (path, query) => client().get(path, query),
      post: (path, body) => client().post(path, body),
      put: (path, body) => client().put(path, body),
      delete: (path, body) => client().delete(path, body),
      as: (credentials) => client().as(credentials),
    };
  };
  const service = {
    get app() {
      return running().app;
    },
    get db() {
      return running().db;
    },
    get deps() {
      return running().deps;
    },
    get mongoUrl() {
      return running().mongoUrl;
    },
  };
  return { service, anyone: caller('anyone'), admin: caller('admin'), outsider: caller('outsider') };
}
