import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** How a database is away: connections are refused and cut, or taken and never answered. */
export type Outage = 'refusing' | 'hanging';

/** Stands in front of the database and takes it away when a test wants. */
export interface TcpProxy {
  /** The database's address by way of the proxy. */
  readonly url: string;
  takeAway(outage: Outage): void;
  /** Cuts each connection on which a command with this name, or word, is sent. */
  cutAt(word: string): void;
  /** Waits until so many connections have been cut at the word. */
  hasCut(times: number): Promise<void>;
  bringBack(): void;
  stop(): Promise<void>;
}

export async function startTcpProxy(mongoUrl: string): Promise<TcpProxy> {
  const target = new URL(mongoUrl);
  const sockets = new Set<Socket>();
  let outage: Outage | undefined;
  let fatalWord: string | undefined;
  let cuts = 0;
  const cutting = new EventEmitter();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    if (outage === 'refusing') {
      client.destroy();
      return;
    }
    const database = connect(Number(target.port || 27_017), target.hostname);
    keep(database);
    // While the database hangs, what either side sends is lost, on old connections and on new ones.
    client.on('data', (bytes) => {
      if (fatalWord !== undefined && bytes.includes(fatalWord)) {
        client.destroy();
        cuts += 1;
        cutting.emit('cut');
      } else if (outage === undefined) database.write(bytes);
    });
    database.on('data', (bytes) => outage === undefined && client.write(bytes));
    client.once('close', () => database.destroy());
    database.once('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(mongoUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  // A member of a replica set would tell the driver its own address, past the proxy.
  url.searchParams.delete('replicaSet');
  url.searchParams.set('directConnection', 'true');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    takeAway(kind) {
      outage = kind;
      if (kind === 'refusing') cut();
    },
    cutAt(word) {
      fatalWord = word;
      cuts = 0;
    },
    async hasCut(times) {
      while (cuts < times) await once(cutting, 'cut');
    },
    bringBack() {
      outage = undefined;
      fatalWord = undefined;
    },
    async stop() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
