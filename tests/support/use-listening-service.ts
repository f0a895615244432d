import type { Overrides } from '../../src/build-dependencies.ts';
import type { Env } from '../../src/config/env.ts';
import { type ApiClient, apiClient } from './client.ts';
import { connectDdp, type DdpClient, type Listening } from './ddp.ts';
import { startTestService, type TestService } from './service.ts';

/** A service that listens, and clients for it. They may be named before the service runs, not used. */
export interface ListeningService {
  readonly service: TestService;
  readonly listening: Listening;
  readonly anyone: ApiClient;
  /** A new connected client, which is closed after the story. */
  connect(options?: Parameters<typeof connectDdp>[1]): Promise<DdpClient>;
}

/** Starts a service that listens before the stories of the file or block, and stops it after them. */
export function useListeningService(env: Env = {}, overrides: Overrides = {}): ListeningService {
  let started: { readonly service: TestService; readonly listening: Listening } | undefined;
  const clients: DdpClient[] = [];
  const running = () => {
    if (started === undefined) throw new Error('the service is not running yet');
    return started;
  };
  beforeAll(async () => {
    const service = await startTestService({ BIND_IP: '127.0.0.1', ...env }, overrides);
    started = { service, listening: await service.start() };
  });
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));
  afterAll(() => started?.service.stop());
  return {
    get service() {
      return running().service;
    },
    get listening() {
      return running().listening;
    },
    get anyone() {
      return apiClient(running().service.app);
    },
    async connect(options) {
      const client = await connectDdp(running().listening, options);
      clients.push(client);
      return client;
    },
  };
}
