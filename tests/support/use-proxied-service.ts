import { freshDatabaseUrl, startTestService, type TestService } from './service.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { openWire, type Wire } from './wire.ts';

/** A service that listens, and whose database can be taken away. It may be named before it runs, not used. */
export interface ProxiedService {
  readonly proxy: TcpProxy;
  readonly service: TestService;
  readonly wire: Wire;
}

/** Gives the stories of a file or block a service whose connections to its database go through a proxy. */
export function useProxiedService(): ProxiedService {
  let started: ProxiedService | undefined;
  const running = (): ProxiedService => {
    if (started === undefined) throw new Error('the service is not running yet');
    return started;
  };
  beforeAll(async () => {
    const proxy = await startTcpProxy(freshDatabaseUrl());
    const service = await startTestService({ MONGO_URL: proxy.url });
    started = { proxy, service, wire: openWire(await service.start()) };
  });
  afterAll(async () => {
    const { proxy, service, wire } = running();
    proxy.bringBack();
    await service.db.dropDatabase();
    wire.close();
    await service.stop();
    await proxy.stop();
  });
  return {
    get proxy() {
      return running().proxy;
    },
    get service() {
      return running().service;
    },
    get wire() {
      return running().wire;
    },
  };
}
