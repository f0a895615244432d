import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A cable to the database that can be pulled and plugged in again. */
export interface DatabaseCable {
  /** The database's address by way of the cable. */
  readonly url: string;
  /** Cuts every connection; new ones are refused until `plugIn`. */
  pull(): void;
  plugIn(): void;
  close(): Promise<void>;
}

/** Lays a cable to the database at an address (one host) with a name of its own. */
export async function layCable(databaseUrl: string): Promise<DatabaseCable> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let plugged = true;
  const server = createServer((near) => {
    if (!plugged) {
      near.destroy();
      return;
    }
    const far = connect({ host: target.hostname, port: Number(target.port || 27_017) });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
      // A cut connection is what this is for; `close` follows.
      socket.on('error', () => socket.destroy());
    }
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port}`;
  // Otherwise a replica set would tell the driver the way round the cable.
  url.searchParams.set('directConnection', 'true');
  const pull = () => {
    plugged = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    pull,
    plugIn: () => {
      plugged = true;
    },
    async close() {
      pull();
      server.close();
      await once(server, 'close');
    },
  };
}
