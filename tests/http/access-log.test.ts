import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { accessLog } from '../../src/http/access-log.ts';
import { requestContext } from '../../src/http/request-context.ts';
import { logBook } from '../support/log-book.ts';
import { openSocket } from '../support/raw-socket.ts';

describe('the log of requests', () => {
  it.each([
    ['debug', ['request', 'request aborted']],
    ['info', []],
  ] as const)('shows requests, and which were aborted, at level %s: %j', async (level, shown) => {
    const { lines, logger } = logBook(level);
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
    const told = lines.map((line) => JSON.parse(line));
    expect(told.map(({ msg }) => msg)).toEqual(shown);
    for (const { msg, aborted, operation, requestId } of told) {
      expect([aborted, operation]).toEqual(msg === 'request' ? [undefined, 'answered'] : [true, 'endless']);
      expect(requestId).toEqual(expect.any(String));
    }
  });
});
