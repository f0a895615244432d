import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { oneAtATime } from '../../src/http/pipelining.ts';
import { openSocket, type RawSocket } from '../support/raw-socket.ts';

type Handle = (req: IncomingMessage, res: ServerResponse) => void | Promise<void>;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server, what it has read of requests, and those of which it has begun. */
async function serve(handle: Handle) {
  const seen = { read: 0, begun: [] as string[] };
  const listening = createServer(
    oneAtATime((req, res) => {
      seen.begun.push(req.url ?? '');
      void handle(req, res);
    }),
  );
  server = listening.prependListener('request', () => {
    seen.read += 1;
  });
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return { seen, connect: () => openSocket((listening.address() as AddressInfo).port) };
}

const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
const paths = (count: number) => Array.from({ length: count }, (_, n) => `/${n}`);
/** What the answers say, each of which is the path that was asked for. */
const answered = async (socket: RawSocket) =>
  (await socket.receiveAll()).split('\r\n').filter((line) => line.startsWith('/'));

/** Answers with the path, and a line break, when others have had a turn. */
const echo: Handle = async ({ url }, res) => {
  await new Promise(setImmediate);
  res.end(`${url}\r\n`);
};

it('answers what a client sends at once one after the other, in order', async () => {
  let [underWay, most] = [0, 0];
  const { connect } = await serve(async (req, res) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await echo(req, res);
    underWay -= 1;
  });
  const socket = await connect();
  const all = paths(30);
  socket.write(all.map((path) => get(path)).join('') + get('/last', 'Connection: close\r\n'));
  expect(await answered(socket)).toEqual([...all, '/last']);
  expect(most).toBe(1);
});

it('gives others their turn in between', async () => {
  const { seen, connect } = await serve(echo);
  const [greedy, modest] = [await connect(), await connect()];
  greedy.write(
    paths(30)
      .map((path) => get(path))
      .join(''),
  );
  modest.write(get('/modest', 'Connection: close\r\n'));
  expect(await answered(modest)).toEqual(['/modest']);
  expect(seen.begun.indexOf('/modest')).toBeLessThan(25);
});

it('cuts a connection on which more wait than clients send, and begins with none of those', async () => {
  const { seen, connect } = await serve(() => undefined);
  const socket = await connect();
  socket.write(
    paths(2_000)
      .map((path) => get(path))
      .join(''),
  );
  expect(await answered(socket)).toEqual([]);
  expect(seen.begun).toEqual(['/0']);
});

it('reads the bodies of those that waited', async () => {
  const { connect } = await serve(async (req, res) => {
    let body = '';
    for await (const chunk of req.setEncoding('utf8')) body += chunk;
    res.end(`${req.url} ${body.length}\r\n`);
  });
  const socket = await connect();
  const post = (path: string, more = '') =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n${more}\r\n${'x'.repeat(300_000)}`;
  socket.write(post('/a') + post('/b') + post('/c', 'Connection: close\r\n'));
  expect(await answered(socket)).toEqual(['/a 300000', '/b 300000', '/c 300000']);
});

it('begins nothing for a client who has gone', async () => {
  let closed: Promise<unknown> = Promise.resolve();
  const { seen, connect } = await serve((_req, res) => {
    closed = once(res, 'close');
  });
  const socket = await connect();
  socket.write(
    paths(3)
      .map((path) => get(path))
      .join(''),
  );
  while (seen.read < 3) await new Promise(setImmediate);
  socket.close();
  await closed;
  await new Promise(setImmediate);
  expect(seen.begun).toEqual(['/0']);
});
