import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What clients connect to where several instances run. */
export interface FrontDoor {
  readonly port: number;
  stop(): Promise<void>;
}

/** Leads each connection to the first instance that takes it, as a load balancer that knows who is alive. */
export async function startFrontDoor(instances: readonly { readonly port: number }[]): Promise<FrontDoor> {
  const clients = new Set<Socket>();
  const lead = (client: Socket, [first, ...others]: typeof instances): void => {
    if (first === undefined) {
      client.destroy();
      return;
    }
    const instance = connect(first.port, '127.0.0.1');
    let isOpen = false;
    instance.once('connect', () => {
      isOpen = true;
      client.pipe(instance).pipe(client);
    });
    instance.once('error', () => (isOpen ? client.destroy() : lead(client, others)));
    instance.once('close', () => isOpen && client.destroy());
    client.once('close', () => instance.destroy());
  };
  const server = createServer({ pauseOnConnect: true }, (client) => {
    clients.add(client);
    client.on('error', () => client.destroy());
    client.once('close', () => clients.delete(client));
    lead(client, instances);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      for (const client of clients) client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
