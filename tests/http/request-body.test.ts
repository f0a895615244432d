import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import express, { type ErrorRequestHandler } from 'express';
import { BodyBudget } from '../../src/http/body-budget.ts';
import { decodeBody, readBody } from '../../src/http/request-body.ts';
import { heldBytes } from '../support/heap.ts';
import { openSocket } from '../support/raw-socket.ts';
import { openWire, type Wire } from '../support/wire.ts';

const showStatus: ErrorRequestHandler = (error, _req, res, _next) => {
  res.status(error.status).json({ problem: error.message });
};
const budget = new BodyBudget(1024 * 1024 * 1024);
/** What became of the bodies that were read. */
const readings: Promise<Buffer>[] = [];
const application = () =>
  express()
    .use(async (req, res) => {
      const reading = readBody(req, budget.open('anyone'));
      readings.push(reading);
      req.body = await reading;
      res.json(decodeBody(req));
    })
    .use(showStatus);

describe('the body of a request', () => {
  let server: Server;
  let wire: Wire;
  beforeAll(async () => {
    server = application().listen(0);
    await once(server, 'listening');
    wire = openWire(server.address() as AddressInfo);
  });
  afterAll(async () => {
    wire.close();
    server.close();
    await once(server, 'close');
  });
  const send = (body: string | Buffer, headers: Readonly<Record<string, string>> = {}, method = 'POST') => {
    const type = { 'Content-Type': 'application/json' };
    return wire.send({ method, path: '/', body, headers: { ...type, ...headers } });
  };
  const read = async (...given: Parameters<typeof send>) => JSON.parse((await send(...given)).text);

  it.each([
    ['gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('is read where it is compressed: %s', async (encoding, compress) => {
    const body = compress('{"name":"Ann"}');
    expect(await read(body, { 'Content-Encoding': encoding })).toEqual({ value: { name: 'Ann' } });
  });

  it.each(['zip', 'constructor', 'gzip, br'])(
    'is refused in an encoding that nobody knows: %s',
    async (name) => {
      expect((await send('{}', { 'Content-Encoding': name })).status).toBe(415);
    },
  );

  it('may be a megabyte, compressed or not, and no more', async () => {
    const text = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;
    const [largest, larger] = [text(1_048_576), text(1_048_577)];
    const encoded = { 'Content-Encoding': 'gzip' };
    expect((await send(largest)).status).toBe(200);
    expect((await send(gzipSync(largest), encoded)).status).toBe(200);
    expect((await send(larger)).status).toBe(413);
    expect((await send(gzipSync(larger), encoded)).status).toBe(413);
  });

  it('is read by its type: JSON, a form, or text', async () => {
    expect(await read('{"a":[1]}')).toEqual({ value: { a: [1] } });
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect(await read('a[b]=1&c=2', form)).toEqual({ value: { 'a[b]': '1', c: '2' } });
    expect(await read('{"a":1}', { 'Content-Type': 'text/plain' })).toEqual({ value: '{"a":1}' });
    expect(await read('')).toEqual({ value: {} });
  });

  it('may begin with a byte order mark, which is not part of it', async () => {
    expect(await read('\ufeff{"a":1}')).toEqual({ value: { a: 1 } });
    expect(await read('\ufefftext', { 'Content-Type': 'text/plain' })).toEqual({ value: 'text' });
  });

  it.each([
    ['gzip', gzipSync, 400],
    ['deflate', deflateSync, 200],
    ['br', brotliCompressSync, 200],
  ])('does no harm by what follows the compressed text: %s', async (encoding, compress, status) => {
    const body = Buffer.concat([compress('{"a":1}'), Buffer.alloc(900_000, 'x')]);
    expect((await send(body, { 'Content-Encoding': encoding })).status).toBe(status);
    expect(await read('{"a":1}')).toEqual({ value: { a: 1 } });
  });

  it.each(['identity', 'gzip', 'br'])('is abandoned if the request is cut off: %s', async (encoding) => {
    const { port } = server.address() as AddressInfo;
    const connection = await openSocket(port);
    const begun = readings.length;
    connection.write(
      [
        'POST / HTTP/1.1',
        'Host: localhost',
        'Expect: 100-continue',
        `Content-Encoding: ${encoding}`,
        'Content-Length: 9\r\n\r\n',
      ].join('\r\n'),
    );
    await connection.receive(/100 Continue/);
    connection.close();
    await expect(readings[begun]).rejects.toThrow('cannot be decoded');
  });

  it('takes up no more memory in a hundred thousand chunks than in one', async () => {
    const connected = once(server, 'connection');
    const connection = await openSocket((server.address() as AddressInfo).port);
    const [socket]: Socket[] = await connected;
    const before = heldBytes();
    const chunks = Buffer.from('1\r\nx\r\n'.repeat(100_000));
    connection.write('POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
    connection.write(chunks);
    while ((socket?.bytesRead ?? 0) < chunks.length) await new Promise(setImmediate);
    expect(heldBytes() - before).toBeLessThan(3 * 1024 * 1024);
    connection.write('0\r\n\r\n');
    expect(await connection.receive(/x"\}/)).toContain('200 OK');
    connection.close();
  });

  it('is refused with a reason if it is not what it claims to be', async () => {
    const problem = { problem: 'The request body is not valid JSON', isText: true };
    expect(await read('{"a":')).toEqual(problem);
    expect(await read(`${'['.repeat(101)}${']'.repeat(101)}`)).toEqual(problem);
    expect(await read(Buffer.from([0x22, 0xff, 0x22]))).toEqual({
      problem: 'The request body is not valid UTF-8',
      isText: false,
    });
    expect((await send('not compressed', { 'Content-Encoding': 'br' })).status).toBe(400);
  });

  it.each(['GET', 'HEAD'])('of a %s is ignored', async (method) => {
    expect((await send('x', { 'Content-Encoding': 'zip' }, method)).status).toBe(200);
  });
});
