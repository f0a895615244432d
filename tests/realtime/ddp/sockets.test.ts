import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { limitConnections } from '../../../src/http/connection-limit.ts';
import { trackConnections } from '../../../src/http/connections.ts';
import type { Connection } from '../../../src/realtime/ddp/connection.ts';
import { type SocketBounds, Sockets, type SocketsParts } from '../../../src/realtime/ddp/sockets.ts';
import { connectDdp, openDdp } from '../../support/ddp.ts';
import { eventually } from '../../support/eventually.ts';
import { openSocket, type RawSocket } from '../../support/raw-socket.ts';

const patient = { lookEveryMs: 20 };
let server: Server;
let sockets: Sockets;
let listening: AddressInfo;
let connections: Connection[];

/** A server whose sockets have a handler that answers everything with nothing. */
async function start(parts: Partial<SocketsParts> = {}, bounds: Partial<SocketBounds> = {}): Promise<void> {
  connections = [];
  server = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk) => {
      body += String(chunk);
    });
    req.on('end', () => res.end(`${req.method} ${req.url} ${body}`));
  });
  sockets = new Sockets({
    forwardedCount: 0,
    accept: (connection) => {
      connections.push(connection);
      return {
        call: async () => ({ result: connection.network }),
        subscribe: async () => undefined,
        unsubscribe: () => undefined,
        closed: () => void connections.splice(connections.indexOf(connection), 1),
      };
    },
    isAllowedOrigin: (origin) => origin === 'https://shop.example',
    socketsPerAddress: () => undefined,
    countRequest: () => undefined,
    newId: () => 'id',
    stop: async () => undefined,
    bounds: { ...patient, ...bounds },
    ...parts,
  });
  sockets.attach(server, [
    { prefix: '', isWidget: false },
    { prefix: '/livechat', isWidget: false },
  ]);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  listening = server.address() as AddressInfo;
}
afterEach(async () => {
  await sockets.stop();
  server.close();
  server.closeAllConnections();
});

/** A connection that has become a socket, for what no client of the protocol would send. */
async function openRawSocket(allowHalfOpen = false): Promise<RawSocket> {
  const socket = await openSocket(listening.port, { allowHalfOpen });
  const head = ['GET /websocket HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket'];
  const key = ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='];
  socket.write(`${[...head, ...key].join('\r\n')}\r\n\r\n`);
  await socket.receive(/101 Switching Protocols/);
  return socket;
}

const refused = (status: number) => new RegExp(`Unexpected server response: ${status}`);

describe('A socket', () => {
  it('is open at each of the paths, and at no other', async () => {
    await start();
    for (const path of [
      '/websocket',
      '/sockjs/websocket',
      '/livechat/websocket',
      '/livechat/sockjs/websocket?a=b',
    ])
      await (await connectDdp(listening, { path })).close();
    for (const path of ['/', '/websocket/', '/socket', '/api/websocket'])
      await expect(openDdp(listening, { path })).rejects.toThrow(refused(404));
  });

  it('is open to pages of the service, of allowed origins, and to whoever is no page', async () => {
    await start();
    const own = `http://127.0.0.1:${listening.port}`;
    for (const origin of [own, own.replace('http:', 'https:'), 'https://shop.example', undefined])
      await (await connectDdp(listening, origin === undefined ? {} : { origin })).close();
    for (const origin of ['https://evil.example', 'null', `http://127.0.0.1:${listening.port + 1}`, ''])
      await expect(openDdp(listening, { headers: { Origin: origin } })).rejects.toThrow(refused(403));
  });

  it('is refused to an address that has as many as it may', async () => {
    await start({ socketsPerAddress: () => 2, forwardedCount: 1 });
    const from = (address: string) => ({ headers: { 'X-Forwarded-For': address } });
    const [one] = [
      await connectDdp(listening, from('192.0.2.1')),
      await connectDdp(listening, from('192.0.2.1')),
    ];
    await expect(openDdp(listening, from('192.0.2.1'))).rejects.toThrow(refused(429));
    await connectDdp(listening, from('192.0.2.2'));
    await one.close();
    await eventually(() => expect(sockets.size).toBe(2));
    await connectDdp(listening, from('192.0.2.1'));
  });

  it('is refused when there are as many as there may be', async () => {
    await start({}, { sockets: 1 });
    await connectDdp(listening);
    await expect(openDdp(listening)).rejects.toThrow(refused(503));
  });

  it('lets others have their turn after each of its messages', async () => {
    await start();
    const client = await connectDdp(listening);
    const pings = 1_000;
    for (let n = 0; n < pings; n += 1) client.send({ msg: 'ping', id: `${n}` });
    let turns = 0;
    for (; client.received.length <= pings; turns += 1) await new Promise(setImmediate);
    expect(turns).toBeGreaterThanOrEqual(pings);
  });

  it('counts the /64 network of an IPv6 address', async () => {
    await start({ forwardedCount: 1 });
    const client = await connectDdp(listening, { headers: { 'X-Forwarded-For': '2001:db8::1:2:3:4' } });
    expect((await client.call('network')).result).toBe('2001:db8::');
  });
});

describe('A socket is closed', () => {
  it('with 1003 after a binary frame', async () => {
    await start();
    const client = await connectDdp(listening);
    client.sendRaw(Buffer.from('{"msg":"ping"}'));
    expect(await client.closeCode()).toBe(1003);
  });

  it('with 1009 after a frame that is too large', async () => {
    await start({}, { frameBytes: 100 });
    const client = await connectDdp(listening);
    client.sendRaw(JSON.stringify({ msg: 'ping', id: 'x'.repeat(100) }));
    expect(await client.closeCode()).toBe(1009);
  });

  it('when its client has not connected in time', async () => {
    await start({}, { connectMs: 50 });
    const client = await openDdp(listening);
    expect(await client.closeCode()).toBe(1006);
    await eventually(() => expect(connections).toEqual([]));
  });

  it('when its client is silent although asked', async () => {
    await start({}, { quietMs: 30, goneMs: 150 });
    const client = await connectDdp(listening);
    expect(await client.closeCode()).toBe(1006);
    expect(client.received.filter(({ msg }) => msg === 'ping')).toHaveLength(1);
  });

  it('while a frame has come by half only', async () => {
    await start({}, { quietMs: 30, goneMs: 150 });
    const socket = await openRawSocket();
    // A masked text frame of 100 bytes, of which four come.
    socket.write(Buffer.from([0x81, 0xe4, 0, 0, 0, 0, 0x7b, 0x22, 0x6d, 0x73]));
    await socket.receiveAll();
    await eventually(() => expect(connections).toEqual([]));
  });

  it('with 1002 after what is no frame', async () => {
    await start();
    const client = await connectDdp(listening);
    client.socket.on('error', () => undefined);
    (client.socket as unknown as { readonly _socket: NodeJS.WritableStream })._socket.write(
      'GET / HTTP/1.1\r\n\r\n',
    );
    await client.closeCode();
    await eventually(() => expect(connections).toEqual([]));
  });

  it('soon after what is no frame, though its client goes on sending', async () => {
    await start({}, { goodbyeMs: 50 });
    const socket = await openRawSocket(true);
    const pour = (): void => {
      if (!socket.socket.destroyed) socket.socket.write(Buffer.alloc(1_000), () => setImmediate(pour));
    };
    pour();
    await socket.receiveAll();
  });

  it('when its client does not read what it is sent', async () => {
    await start({}, { waitingBytes: 50_000 });
    const client = await connectDdp(listening);
    client.socket.pause();
    const [connection] = connections;
    const event = ['x'.repeat(40_000)];
    await eventually(() => {
      connection?.publish('stream', 'event', event);
      expect(connections).toEqual([]);
    });
    client.socket.resume();
    await client.closeCode();
  });

  it('is not, as long as its client answers', async () => {
    await start({}, { quietMs: 30, goneMs: 150 });
    const client = await connectDdp(listening);
    client.socket.on('message', (data) => {
      if (String(data).includes('"ping"')) client.send({ msg: 'pong' });
    });
    const pings = () => client.received.filter(({ msg }) => msg === 'ping').length;
    await eventually(() => expect(pings()).toBeGreaterThan(5));
    expect(connections).toHaveLength(1);
  });
});

describe('Clients that fall silent together', () => {
  it('are asked one after the other', async () => {
    await start({}, { quietMs: 1_000, goneMs: 60_000 });
    const clients = await Promise.all(Array.from({ length: 10 }, () => connectDdp(listening)));
    for (const client of clients) client.send({ msg: 'ping' });
    const asked = () => clients.filter(({ received }) => received.some(({ msg }) => msg === 'ping')).length;
    await eventually(() => expect(asked()).toBeGreaterThan(0));
    const startedAt = performance.now();
    await eventually(() => expect(asked()).toBe(clients.length));
    // One at each look, of which some may be late.
    expect(performance.now() - startedAt).toBeGreaterThan(2 * patient.lookEveryMs);
  });
});

describe('When the service stops', () => {
  it('says goodbye to everyone, and accepts nobody', async () => {
    await start();
    const clients = [await connectDdp(listening), await openDdp(listening)];
    const stopped = sockets.stop();
    await expect(openDdp(listening)).rejects.toThrow(refused(503));
    expect(await Promise.all(clients.map((client) => client.closeCode()))).toEqual([1001, 1001]);
    await stopped;
    expect(sockets.size).toBe(0);
  });

  it('cuts off who does not say goodbye', async () => {
    await start({}, { goodbyeMs: 50 });
    const client = await connectDdp(listening);
    client.socket.pause();
    await sockets.stop();
    expect(sockets.size).toBe(0);
    client.socket.resume();
    await client.closeCode();
  });
});

describe('A request that offers another protocol', () => {
  it('is answered by HTTP, with its body, on a connection that goes on', async () => {
    await start();
    const socket = await openSocket(listening.port);
    const offer = [
      'Host: x',
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAAP__',
    ];
    socket.write(`${['POST /api HTTP/1.1', ...offer, 'Content-Length: 4'].join('\r\n')}\r\n\r\nbo`);
    socket.write('dy');
    await socket.receive(/POST \/api body/);
    socket.write('GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await socket.receiveAll()).toMatch(/GET \/next /);
  });

  it('takes up nothing more on a connection, however often that is offered', async () => {
    await start();
    limitConnections(server, 2);
    trackConnections(server);
    const connected = once(server, 'connection');
    const socket = await openSocket(listening.port);
    const [connection] = (await connected) as [Socket];
    const listeners = () => connection.eventNames().map((name) => connection.listenerCount(name));
    const before = Math.max(...listeners());
    for (let n = 0; n < 20; n += 1) {
      socket.write(`GET /${n} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`);
      await socket.receive(new RegExp(`GET /${n} `));
    }
    expect(Math.max(...listeners())).toBeLessThan(before + 3);
    socket.close();
  });
});
