import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import request from 'supertest';
import { openSocket, type RawSocket } from '../support/raw-socket.ts';
import { freshDatabaseUrl, startTestService } from '../support/service.ts';

const body = '{"token":"t","pageInfo":{"change":"url","title":"","location":{"href":"x"}}}';
const head = [
  'POST /api/v1/livechat/page.visited HTTP/1.1',
  'Host: localhost',
  'Content-Type: application/json',
  `Content-Length: ${body.length}`,
  '\r\n',
].join('\r\n');

/** A request whose body has only begun; it is certain that the service has seen its head. */
async function beginRequest(port: number): Promise<RawSocket> {
  const connection = await openSocket(port);
  connection.write(head.replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n'));
  await connection.receive(/100 Continue/);
  connection.write(body.slice(0, 10));
  return connection;
}

describe('stopping', () => {
  it('answers requests in progress, closes every other connection at once, and cuts off stragglers', async () => {
    const service = await startTestService();
    const { port } = await service.start();
    const silent = await Promise.all(Array.from({ length: 500 }, () => openSocket(port)));
    const keptAlive = await openSocket(port);
    keptAlive.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await keptAlive.receive(/"ok"/);
    const [underWay, dawdling] = await Promise.all([beginRequest(port), beginRequest(port)]);

    const startedAt = performance.now();
    const stopped = service.stop();
    await Promise.all([keptAlive, ...silent].map((connection) => connection.receiveAll()));
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    await expect(openSocket(port)).rejects.toThrow('ECONNREFUSED');
    underWay.write(body.slice(10));
    expect(await underWay.receiveAll()).toMatch(/HTTP\/1\.1 200 OK\r\n.*"success":true\}/s);
    await stopped;
    expect(await dawdling.receiveAll()).not.toContain('200 OK');
    expect(performance.now() - startedAt).toBeLessThan(8_000);
  });

  it('ends connections, each of which serves one request after another until then', async () => {
    const service = await startTestService();
    const { port } = await service.start();
    const connection = await openSocket(port);
    const ask = 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n';
    for (const answers of [1, 2, 3]) {
      connection.write(ask);
      await connection.receive(new RegExp(`("ok"[^]*){${answers}}`));
    }
    await Promise.all([service.stop(), connection.receiveAll()]);
  });

  it('makes the service report that it is not ready', async () => {
    const service = await startTestService();
    await service.start();
    await request(service.app).get('/ready').expect(200);
    const stopped = service.stop();
    await request(service.app).get('/ready').expect(503, { status: 'unavailable' });
    await stopped;
  });

  it('ends the process with code 0 within five seconds of SIGTERM', async () => {
    const child = spawn(process.execPath, ['dist/main.js'], {
      env: { PATH: process.env.PATH ?? '', MONGO_URL: freshDatabaseUrl(), PORT: '0', LOG_LEVEL: 'error' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let port = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      port = Number(/localhost:(\d+)\/docs/.exec(line)?.[1] ?? 0);
      if (port > 0) break;
    }
    const connections = await Promise.all(Array.from({ length: 500 }, () => openSocket(port)));
    connections.push(await beginRequest(port));
    const startedAt = performance.now();
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    for (const connection of connections) connection.close();
  });
});
