import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import express from 'express';
import { createHttpServer } from '../../src/http/server.ts';
import { discardUnreadBodies } from '../../src/http/unread-bodies.ts';
import { openSocket } from '../support/raw-socket.ts';

const mebibyte = 1024 * 1024;
const headOf = (bytes: number) =>
  `POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${bytes}\r\n\r\n`;

/** A server that knows no paths, and its side of each connection. */
async function startServer(patienceMs?: number) {
  const app = express();
  app.use(discardUnreadBodies(0, patienceMs));
  app.use(({ path }, res) => {
    res.statusCode = 404;
    res.end(`There is no ${path}`);
  });
  const answer = { contentType: 'text/plain', bodyOf: (sentence: string) => sentence };
  const server = createHttpServer(app, answer);
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, sockets, port: (server.address() as AddressInfo).port };
}

function stop(server: Server): void {
  server.closeAllConnections();
  server.close();
}

it('answers before the body has come, takes the rest, and goes on with the connection', async () => {
  const { server, sockets, port } = await startServer();
  const connection = await openSocket(port);
  connection.write(headOf(3 * mebibyte));
  await connection.receive(/^HTTP\/1\.1 404 /);
  connection.write(Buffer.alloc(3 * mebibyte));
  connection.write('GET /other HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await connection.receive(/There is no \/other/);
  expect(sockets).toHaveLength(1);
  connection.close();
  stop(server);
});

it('takes the bodies of a client two at a time, and closes what has not come to its end in time', async () => {
  const { server, sockets, port } = await startServer(1_000);
  const clients = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const connection = await openSocket(port);
      connection.write(headOf(1_000 * mebibyte));
      await connection.receive(/^HTTP\/1\.1 404 /);
      return connection;
    }),
  );
  const sendForEver = (socket: Socket) => {
    if (!socket.destroyed) socket.write(Buffer.alloc(mebibyte), () => sendForEver(socket));
  };
  for (const { socket } of clients) sendForEver(socket);
  const closed = sockets.map((socket) => once(socket, 'close'));
  // Once the first is closed, its place is somebody else's until that one is closed, too.
  await Promise.race(closed);
  const read = sockets.map(({ bytesRead }) => bytesRead).sort((a, b) => a - b);
  expect(read.map((bytes) => bytes > 4 * mebibyte)).toEqual([false, false, false, true, true]);
  expect(read[2]).toBeLessThan(mebibyte);
  await Promise.all(closed);
  stop(server);
});

it('takes no more than two pieces of a body in each turn of the event loop, and no more of one that waits', async () => {
  const { server, sockets, port } = await startServer(60_000);
  const piece = 64 * 1024;
  const clients = await Promise.all([1, 2, 3].map(() => openSocket(port)));
  const read = () => sockets.map(({ bytesRead }) => bytesRead);
  for (const client of clients) {
    client.write(headOf(8 * mebibyte));
    client.write(Buffer.alloc(8 * mebibyte));
  }
  let [most, waiting] = [0, 0];
  // When the first has come to its end, it is the turn of the one that waits.
  for (let before = read(); before.every((bytes) => bytes < 8 * mebibyte); ) {
    waiting = before[2] ?? 0;
    await new Promise(setImmediate);
    const now = read();
    most = Math.max(most, ...now.map((bytes, index) => bytes - (before[index] ?? 0)));
    before = now;
  }
  expect(most).toBeLessThanOrEqual(2 * piece);
  expect(waiting).toBeLessThanOrEqual(2 * piece);
  for (const client of clients) client.close();
  stop(server);
});

it('gives a place up when its client goes', async () => {
  const { server, port } = await startServer(60_000);
  const clients: Socket[] = [];
  for (let n = 0; n < 3; n += 1) {
    const socket = connect({ port });
    socket.write(headOf(mebibyte));
    await once(socket, 'data');
    clients.push(socket);
  }
  const [first, , third] = clients;
  third?.write(Buffer.alloc(mebibyte));
  third?.write('GET /third HTTP/1.1\r\nHost: localhost\r\n\r\n');
  first?.destroy();
  const [answer] = (await once(third as Socket, 'data')) as [Buffer];
  expect(answer.toString()).toContain('There is no /third');
  for (const client of clients) client.destroy();
  stop(server);
});
