import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { logIn } from '../../support/accounts.ts';
import { headersOf } from '../../support/client.ts';
import { openSocket } from '../../support/raw-socket.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { openWire, type Wire } from '../../support/wire.ts';

const visitorPath = '/api/v1/livechat/visitor';
const pagePath = '/api/v1/livechat/page.visited';
const megabyte = 1024 * 1024;
const json = { 'Content-Type': 'application/json' };
const head = (...lines: string[]) => `${[...lines, 'Host: localhost'].join('\r\n')}\r\n\r\n`;
const get = (path: string, ...headers: string[]) => head(`GET ${path} HTTP/1.1`, ...headers);

describe('hostile input', () => {
  let service: TestService;
  let wire: Wire;
  let port: number;
  beforeAll(async () => {
    service = await startTestService();
    ({ port } = await service.start());
    wire = openWire({ port });
  });
  afterAll(async () => {
    wire.close();
    await service.stop();
  });
  const post = (path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = json) =>
    wire.sendChecked({ method: 'POST', path, headers, body });
  const isWell = async () => {
    const answer = await wire.sendChecked({ method: 'GET', path: '/api/v1/livechat/visitor/nobody' });
    expect(answer.status).toBe(400);
  };
  const exchange = async (bytes: string | Buffer): Promise<string> => {
    const connection = await openSocket(port);
    connection.write(bytes);
    const answer = await connection.receiveAll();
    connection.close();
    return answer;
  };

  describe('in a body', () => {
    it.each([
      ['cut off', '{"visitor":{"token":"t1"'],
      ['single-quoted', "{'visitor':{}}"],
      ['not a number', '{"visitor":NaN}'],
      ['empty of sense', '\u0000'],
    ])('treats JSON that is %s as an empty object and says what is missing', async (_, body) => {
      const answer = await post(visitorPath, body);
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.text)).toMatchObject({
        success: false,
        error: "Match error: Missing key 'visitor'",
      });
    });

    it('says that bytes are not UTF-8', async () => {
      const bytes = Buffer.concat([
        Buffer.from('{"visitor":{"token":"'),
        Buffer.from([0xff, 0xfe]),
        Buffer.from('"}}'),
      ]);
      const answer = await post(visitorPath, bytes);
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.text).error).toBe('Match error: The request body is not valid UTF-8');
    });

    it('accepts JSON that begins with a byte order mark', async () => {
      const answer = await post(visitorPath, '\ufeff{"visitor":{"token":"marked","name":"Ann"}}');
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.text).visitor).toMatchObject({ token: 'marked', name: 'Ann' });
    });

    it.each([
      ['text/plain', 'visitor'],
      ['multipart/form-data; boundary=x', '--x\r\n\r\n--x--'],
      ['application/octet-stream', '\u0001\u0002'],
      ['nonsense', '{}'],
    ])('does not read %s as JSON', async (contentType, body) => {
      const answer = await post(visitorPath, body, { 'Content-Type': contentType });
      expect(answer.status).toBe(400);
    });

    it('reads the JSON of a beacon, but only where anyone may call', async () => {
      const beacon = { 'Content-Type': 'text/plain;charset=UTF-8' };
      const answer = await post(visitorPath, '{"visitor":{"token":"leaving"}}', beacon);
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.text).visitor.token).toBe('leaving');
      const admin = headersOf(await logIn(service.app));
      const forUsers = { method: 'POST', path: '/api/v1/livechat/agent.status', body: '{"status":"x"}' };
      const { text } = await wire.sendChecked({ ...forUsers, headers: { ...admin, ...beacon } });
      expect(JSON.parse(text).error).toMatch(/must be object/);
    });

    it('refuses an unknown content encoding', async () => {
      const answer = await post(pagePath, '{}', { ...json, 'Content-Encoding': 'zip' });
      expect(answer.status).toBe(415);
    });

    it('refuses invalid gzip', async () => {
      const answer = await post(pagePath, 'not gzip at all', { ...json, 'Content-Encoding': 'gzip' });
      expect(answer.status).toBe(400);
    });

    it('stops inflating a gzip bomb at the body limit', async () => {
      const bomb = gzipSync(Buffer.alloc(200 * megabyte, 'a'));
      expect(bomb.length).toBeLessThan(megabyte);
      const before = process.memoryUsage().rss;
      const answer = await post(pagePath, bomb, { ...json, 'Content-Encoding': 'gzip' });
      expect(answer.status).toBe(413);
      expect(process.memoryUsage().rss - before).toBeLessThan(100 * megabyte);
    });

    it('refuses 60 MB as soon as the length is known', async () => {
      const connection = await openSocket(port);
      connection.write(
        head(
          `POST ${pagePath} HTTP/1.1`,
          'Content-Type: application/json',
          `Content-Length: ${60 * megabyte}`,
        ),
      );
      expect(await connection.receive(/\r\n\r\n\{.*\}/)).toMatch(/^HTTP\/1\.1 413 .*"success":false/s);
      connection.close();
    });

    it('refuses 60 MB that come without a length, and does not buffer them', async () => {
      const connection = await openSocket(port);
      connection.write(
        head(`POST ${pagePath} HTTP/1.1`, 'Content-Type: application/json', 'Transfer-Encoding: chunked'),
      );
      const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
      for (let sent = 0; sent < 60 * megabyte && connection.socket.writable; sent += 0x10000) {
        if (!connection.socket.write(chunk))
          await Promise.race([once(connection.socket, 'drain'), once(connection.socket, 'close')]);
      }
      expect(await connection.receive(/\r\n\r\n\{.*\}/)).toMatch(/^HTTP\/1\.1 413 /);
      connection.close();
      await isWell();
    });

    it('ignores the body of a GET', async () => {
      const body = Buffer.alloc(2 * megabyte, '{');
      const answer = await wire.sendChecked({ method: 'GET', path: '/api/info', headers: json, body });
      expect(answer.status).toBe(200);
    });

    it('forgets interrupted uploads', async () => {
      const uploads = Array.from({ length: 20 }, async () => {
        const connection = await openSocket(port);
        connection.write(
          head(`POST ${pagePath} HTTP/1.1`, 'Content-Type: application/json', 'Content-Length: 1000'),
        );
        connection.write('{"token":');
        connection.close();
      });
      await Promise.all(uploads);
      await isWell();
    });
  });

  describe('in an address', () => {
    it.each([
      '/api/v1/livechat/visitor/%zz',
      '/api/v1/livechat/visitor/%',
      '/api/v1/livechat/visitor/%ED%A0%80',
      '/api/v1/livechat/visitor/a%00b',
    ])('refuses a path that cannot be decoded: %s', async (path) => {
      const answer = await wire.sendChecked({ method: 'GET', path });
      expect([answer.status, JSON.parse(answer.text)]).toEqual([
        400,
        expect.objectContaining({ success: false, error: expect.any(String) }),
      ]);
    });

    it.each(['token=%zz', 'token=%', '%zz=1', 'token[$ne]=x', 'token=%00'])(
      'refuses a query that makes no sense: %s',
      async (query) => {
        const answer = await wire.sendChecked({ method: 'GET', path: `/api/v1/livechat/room?${query}` });
        expect(answer.status).toBe(400);
      },
    );

    it('does not serve files outside the folder', async () => {
      for (const path of [
        '/../package.json',
        '/docs/../../package.json',
        '/docs/..%2f..%2fpackage.json',
        '//etc/passwd',
      ]) {
        const answer = await wire.send({ method: 'GET', path });
        expect(answer.text).not.toMatch(/devDependencies|root:/);
        expect(answer.status).toBeGreaterThanOrEqual(300);
        expect(answer.status).toBeLessThan(500);
      }
    });
  });

  describe('on the wire', () => {
    it('refuses endless headers', async () => {
      const answer = await exchange(
        get('/api/info', ...Array.from({ length: 2_000 }, (_, i) => `X-${i}: ${'a'.repeat(50)}`)),
      );
      expect(answer).toMatch(/^HTTP\/1\.1 431 /);
      expect(answer).toContain('Content-Type: application/json\r\n');
      expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toEqual({
        success: false,
        error: 'The request headers are too large',
      });
    });

    it.each([
      ['no HTTP', 'hello\r\n\r\n'],
      ['a TLS greeting', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00])],
      ['two lengths', head(`POST ${pagePath} HTTP/1.1`, 'Content-Length: 1', 'Content-Length: 2')],
      [
        'a length and chunks',
        head(`POST ${pagePath} HTTP/1.1`, 'Content-Length: 1', 'Transfer-Encoding: chunked'),
      ],
      ['a header with a null', `GET /api/info HTTP/1.1\r\nHost: a\0b\r\n\r\n`],
    ])('refuses %s', async (_, bytes) => {
      const answer = await exchange(bytes);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain('{"success":false,"error":"The request is not valid HTTP"}');
    });

    it('answers pipelined requests in their order', async () => {
      const connection = await openSocket(port);
      connection.write(
        get('/api/info') + get('/api/v1/livechat/visitor/nobody') + get('/nowhere', 'Connection: close'),
      );
      const answers = await connection.receiveAll();
      expect([...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status)).toEqual([
        '200',
        '400',
        '404',
      ]);
    });

    it('serves others while 500 connections send nothing, or a byte at a time', async () => {
      const idle = await Promise.all(Array.from({ length: 500 }, () => openSocket(port)));
      for (const [i, connection] of idle.entries()) if (i % 2 === 0) connection.write('POST /api/v1/li');
      const startedAt = performance.now();
      for (let i = 0; i < 20; i++) await isWell();
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      for (const connection of idle) connection.close();
    });
  });
});
