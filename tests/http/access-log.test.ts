import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { accessLog } from '../../src/http/access-log.ts';
import { requestContext } from '../../src/http/request-context.ts';
import { logBook } from '../support/log-book.ts';
import { openSocket } from '../support/raw-socket.ts';

describe('the log of requests', () => {
  it('shows aborted requests; the others appear in the metrics only', async () => {
    const { lines, logger } = logBook('info');
    const measured: [operation: string | undefined, status: number][] = [];
    let bothMeasured: () => void = () => undefined;
    const done = new Promise<void>((resolve) => {
      bothMeasured = resolve;
    });
    const metrics = {
      requestDone: (operation: string | undefined, status: number) => {
        if (measured.push([operation, status]) === 2) bothMeasured();
      },
    };
    const app = express().use(requestContext(), accessLog(logger, metrics));
    app.get('/answered', (_req, res) => {
      res.locals.operationId = 'answered';
      res.status(201).end('done');
    });
    app.get('/endless', (_req, res) => {
      res.locals.operationId = 'endless';
      res.write('begun');
    });
    const server = app.listen(0);
    await once(server, 'listening');

    const connection = await openSocket((server.address() as AddressInfo).port);
    connection.write('GET /answered HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await connection.receive(/done/);
    connection.write('GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await connection.receive(/begun/);
    connection.close();
    await done;
    server.close();
    expect(measured).toEqual([
      ['answered', 201],
      ['endless', 200],
    ]);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      ...{ msg: 'request aborted', aborted: true, operation: 'endless' },
      requestId: expect.any(String),
    });
  });
});
