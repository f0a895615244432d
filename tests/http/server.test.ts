import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import express from 'express';
import { createHttpServer } from '../../src/http/server.ts';
import { openSocket } from '../support/raw-socket.ts';

describe('the HTTP server', () => {
  it('creates requests and responses with the prototypes that Express would give them', async () => {
    const app = express();
    app.get('/', (req, res) => {
      res.json({ page: req.query.page, host: req.hostname });
    });
    const server = createHttpServer(app, { contentType: 'text/plain', bodyOf: (sentence) => sentence });
    const prototypes: unknown[] = [];
    server.prependListener('request', (req: IncomingMessage, res: ServerResponse) => {
      prototypes.push(Object.getPrototypeOf(req), Object.getPrototypeOf(res));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/?page=2`);
    expect(await answer.json()).toEqual({ page: '2', host: '127.0.0.1' });
    expect(prototypes[0]).toBe(app.request);
    expect(prototypes[1]).toBe(app.response);
    server.closeAllConnections();
    server.close();
  });

  it('answers a request without a Host with a sentence, like all invalid HTTP', async () => {
    const server = createHttpServer(express(), {
      contentType: 'text/plain',
      bodyOf: (sentence) => sentence,
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const connection = await openSocket((server.address() as AddressInfo).port);
    connection.write('GET / HTTP/1.1\r\n\r\n');
    const answer = await connection.receiveAll();
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*\r\n\r\nThe request has no Host header$/);
    server.close();
  });

  it('ignores an expectation that it does not know', async () => {
    const app = express();
    app.get('/', (_req, res) => void res.end('answered all the same'));
    const server = createHttpServer(app, { contentType: 'text/plain', bodyOf: (sentence) => sentence });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const connection = await openSocket((server.address() as AddressInfo).port);
    connection.write('GET / HTTP/1.1\r\nHost: localhost\r\nExpect: miracles\r\nConnection: close\r\n\r\n');
    expect(await connection.receiveAll()).toMatch(/^HTTP\/1\.1 200 [\s\S]*answered all the same$/);
    server.close();
  });

  it('closes connections whose client does not read its answer, and no others', async () => {
    const app = express();
    app.get('/', (_req, res) => {
      res.end(Buffer.alloc(60 * 1024 * 1024));
    });
    app.get('/small', (_req, res) => {
      res.end('read');
    });
    const answer = { contentType: 'text/plain', bodyOf: (sentence: string) => sentence };
    const server = createHttpServer(app, answer, 300);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const connected = once(server, 'connection');
    const idle = connect({ port });
    idle.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [held] = (await connected) as [Socket];
    await once(held, 'close');
    idle.destroy();
    const answered = await fetch(`http://127.0.0.1:${port}/small`);
    expect(await answered.text()).toBe('read');
    server.closeAllConnections();
    server.close();
  });
});
