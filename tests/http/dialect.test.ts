import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Response } from 'express';
import type { User } from '../../src/domain/accounts/user.ts';
import { AppError, DatabaseUnavailableError } from '../../src/domain/errors.ts';
import { BodyBudget } from '../../src/http/body-budget.ts';
import type { CallLimits, Dialect } from '../../src/http/dialect.ts';
import { type Caller, type Endpoint, seal } from '../../src/http/endpoint.ts';
import { createApplication } from '../../src/http/express/application.ts';
import { DialectError, type Failure } from '../../src/http/failure.ts';
import type { Quota, RateLimiter } from '../../src/http/rate-limit.ts';
import { decodeBody } from '../../src/http/request-body.ts';
import { requestContext } from '../../src/http/request-context.ts';
import { Turns } from '../../src/http/turns.ts';
import { logBook } from '../support/log-book.ts';
import { openSocket } from '../support/raw-socket.ts';
import { openWire, type Wire, type WireAnswer } from '../support/wire.ts';

/** A refusal in the words of the dialect below, which are a status and a text. */
class Said extends DialectError {
  readonly status: number;
  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

const say = (res: Response, status: number, text: string) => {
  res.statusCode = status;
  res.setHeader('Content-Type', 'application/json;charset=UTF-8');
  if (status >= 400) res.setHeader('WWW-Authenticate', 'Basic realm="tiny"');
  res.end(text);
};

const wordsOf = (failure: Failure): [number, string] => {
  switch (failure.kind) {
    case 'refused':
      return failure.error instanceof Said
        ? [failure.error.status, failure.error.message]
        : [400, `No: ${(failure.error as AppError).code}`];
    case 'rate-limited':
      return [429, `Wait ${failure.quota.waitSeconds} seconds`];
    case 'unreadable':
      return [failure.status, 'Cannot read that'];
    case 'unsuitable-document':
      return [400, 'That document is odd'];
    case 'unknown-path':
      return [404, 'Nothing here'];
    case 'outage':
      return [503, 'Come back later'];
    case 'crash':
      return [500, 'Our fault'];
  }
};

const ann: User = { _id: 'ann', username: 'ann', roles: ['reader'] };

/** A dialect as small as can be: Basic, plain texts under a type that is not theirs, limits before anything else. */
const tiny = (
  endpoints: readonly Endpoint<unknown, string>[],
  limits: CallLimits,
  owns: string,
): Dialect<string> => ({
  owns: [owns],
  endpoints: endpoints.map(seal),
  checks: ['limit', 'authenticate', 'authorize'],
  async authenticate(req, { access }) {
    const given = req.get('authorization');
    if (given === `Basic ${Buffer.from('ann:secret').toString('base64')}`) return ann;
    if (access.kind === 'public') return undefined;
    throw new Said(401, 'Bad credentials');
  },
  authorize({ access }, user) {
    const needed = access.kind === 'all-of' ? access.permissions : [];
    if (!needed.every((role) => user?.roles.includes(role))) throw new Said(403, 'Access is denied');
  },
  limitsOf: () => limits,
  showQuota: ({ remaining }, res) => void res.setHeader('X-Left', remaining),
  sendSuccess(text, { res }) {
    if (text !== 'half') return say(res, 200, text);
    res.write('ha');
    throw new Error('the other half is missing');
  },
  sendFailure: (failure, { res }) => say(res, ...wordsOf(failure)),
});

describe('a dialect', () => {
  const book = logBook('warn');
  const bodyBudget = new BodyBudget();
  const quotas = new Map<string, Partial<Quota>>();
  const rateLimiter: RateLimiter = (key) => ({
    ...{ isExceeded: false, limit: 9, remaining: 9, resetAt: new Date(0), waitSeconds: 7 },
    ...quotas.get(key.replace(/ \S*127\.0\.0\.1 /, ' ')),
  });
  let handle: (input: unknown, caller: Caller) => Promise<string>;
  const asked = { operationId: 'asked', input: async () => ({}), access: { kind: 'user' } } as const;
  const endpoints: Endpoint<unknown, string>[] = [
    { ...asked, method: 'get', path: '/tiny/asked', handle: (input, caller) => handle(input, caller) },
    { ...asked, method: 'get', path: '/tiny/asked/:id', handle: async () => 'the one' },
    {
      ...{ ...asked, operationId: 'listed', method: 'get', path: '/tiny/listed', takesTurns: true },
      handle: (input, caller) => handle(input, caller),
    },
    {
      ...{ operationId: 'told', method: 'post', path: '/tiny/told', access: { kind: 'public' } },
      input: async (req) => decodeBody(req),
      visitorToken: (input) => JSON.stringify(input),
      handle: async (input) => JSON.stringify(input),
    },
    {
      ...{ ...asked, operationId: 'kept', method: 'post', path: '/tiny/kept' },
      access: { kind: 'all-of', permissions: ['reader', 'writer'] },
      handle: async () => 'kept',
    },
  ];
  let server: Server;
  let port: number;
  let wire: Wire;
  let underDeadline = 0;
  beforeAll(async () => {
    const minute = { calls: 9, bytesPerMinute: 9_000, perMs: 60_000 };
    const other = { ...asked, path: '/other/asked', method: 'get', handle: async () => 'other' } as const;
    const app = createApplication({
      first: [requestContext()],
      parts: [
        tiny(endpoints, { byAddress: minute, byVisitor: minute }, '/tiny'),
        tiny([other], {}, '/other'),
      ],
      serving: {
        logger: book.logger,
        rateLimiter,
        bodyBudget,
        bans: { isBanned: () => false },
        turns: new Turns(1),
        withOutageDeadline: (work) => {
          underDeadline += 1;
          return work().finally(() => {
            underDeadline -= 1;
          });
        },
        forwardedCount: 0,
        databaseFaultOf: (error) =>
          error instanceof Error && error.message === 'odd' ? 'unsuitable-document' : undefined,
      },
    });
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
    wire = openWire({ port });
  });
  afterAll(async () => {
    wire.close();
    server.close();
    await once(server, 'close');
  });
  beforeEach(() => {
    book.lines.length = 0;
    quotas.clear();
    handle = async () => 'answered';
  });

  const authorization = `Basic ${Buffer.from('ann:secret').toString('base64')}`;
  const get = (path: string, headers: Readonly<Record<string, string>> = { authorization }) =>
    wire.send({ method: 'GET', path, headers });
  const told = ({ status, text }: WireAnswer) => `${status} ${text}`;
  const failing = async (error: unknown) => {
    handle = () => Promise.reject(error);
    return told(await get('/tiny/asked'));
  };

  it('identifies its callers in its own way, and answers in its own form', async () => {
    const answer = await get('/tiny/asked');
    expect(told(answer)).toBe('200 answered');
    expect(answer.headers['content-type']).toBe('application/json;charset=UTF-8');
    expect(told(await get('/tiny/asked/1'))).toBe('200 the one');
    const stranger = await get('/tiny/asked', {});
    expect(told(stranger)).toBe('401 Bad credentials');
    expect(stranger.headers['www-authenticate']).toBe('Basic realm="tiny"');
    const kept = await wire.send({ method: 'POST', path: '/tiny/kept', headers: { authorization } });
    expect(told(kept)).toBe('403 Access is denied');
  });

  it('answers unknown paths in its own words, to anyone, but only below its own paths', async () => {
    for (const path of ['/tiny', '/tiny/nothing', '/tiny/asked/1/2', '/other/nothing'])
      expect(told(await get(path, {}))).toBe('404 Nothing here');
    expect(told(await wire.send({ method: 'DELETE', path: '/tiny/asked' }))).toBe('404 Nothing here');
    for (const path of ['/', '/tinyest', '/nothing']) expect(told(await get(path))).toBe('404 404 Not Found');
  });

  it('reports failures of the domain, the database and the service in its own words', async () => {
    expect(await failing(new AppError('invalid-token'))).toBe('400 No: invalid-token');
    expect(await failing(new Said(418, 'I am a teapot'))).toBe('418 I am a teapot');
    expect(await failing(Object.assign(new Error('too odd'), { status: 414 }))).toBe('414 Cannot read that');
    expect(told(await get('/tiny/asked/%zz'))).toBe('400 Cannot read that');
    expect(book.lines).toEqual([]);
    expect(await failing(new DatabaseUnavailableError('away'))).toBe('503 Come back later');
    expect(await failing(new Error('odd'))).toBe('400 That document is odd');
    expect(book.lines.map((line) => JSON.parse(line).level)).toEqual([40, 40]);
  });

  it.each([
    ['an error', new Error('the secret of the house')],
    ['no error', 'thrown text'],
    ['an error with a status that is no refusal', Object.assign(new Error('teapot'), { status: 502 })],
    ['an error with a status that is none', Object.assign(new Error('teapot'), { status: '404' })],
  ])(
    'says nothing of a crash by %s, which is logged once with the id of the request',
    async (_what, error) => {
      handle = () => Promise.reject(error);
      const answer = await get('/tiny/asked', { authorization, 'X-Request-Id': 'req-1' });
      expect(told(answer)).toBe('500 Our fault');
      expect(book.lines).toHaveLength(1);
      expect(JSON.parse(book.lines[0] ?? '')).toMatchObject({
        ...{ level: 50, msg: 'unexpected error', requestId: 'req-1' },
      });
    },
  );

  it('cuts off an answer that fails half-way', async () => {
    handle = async () => 'half';
    await expect(get('/tiny/asked')).rejects.toThrow(/aborted|hang up/);
  });

  it('runs its checks in its own order', async () => {
    quotas.set('asked ', { isExceeded: true });
    expect(told(await get('/tiny/asked', {}))).toBe('429 Wait 7 seconds');
    expect(told(await get('/other/asked', {}))).toBe('401 Bad credentials');
  });

  it('also limits visitors if an endpoint names them, and shows the tighter limit', async () => {
    const tell = (body: string) =>
      wire.send({ method: 'POST', path: '/tiny/told', body, headers: { 'Content-Type': 'text/plain' } });
    const left = async (body: string) => (await tell(body)).headers['x-left'];
    quotas.set('told ', { remaining: 5 });
    expect(await left('calm')).toBe('5');
    quotas.set('told {"value":"eager"}', { remaining: 2 });
    expect(await left('eager')).toBe('2');
    quotas.set('told {"value":"eager"}', { remaining: 0, isExceeded: true, waitSeconds: 3 });
    expect(told(await tell('eager'))).toBe('429 Wait 3 seconds');
    expect(told(await tell('calm'))).toBe('200 {"value":"calm"}');
  });

  it.each([
    ['is not known', '/tiny/nothing', '404', {}],
    ['has no user', '/tiny/kept', '401', {}],
    ['has one who may not', '/tiny/kept', '403', {}],
    ['comes too often', '/tiny/told', '429', { 'told ': { isExceeded: true } }],
    ['comes with too much', '/tiny/told', '429', { 'bytes ': { isExceeded: true } }],
  ])('does not wait for the body of a request that %s', async (_what, path, status, exceeded) => {
    for (const [key, quota] of Object.entries(exceeded)) quotas.set(key, quota);
    const connection = await openSocket(port);
    const credentials = status === '403' ? [`Authorization: ${authorization}`] : [];
    const head = [`POST ${path} HTTP/1.1`, 'Host: x', 'Content-Length: 1000', ...credentials];
    connection.write(`${head.join('\r\n')}\r\n\r\n`);
    expect(await connection.receive(/\r\n\r\n./)).toContain(`HTTP/1.1 ${status}`);
    connection.close();
  });

  it('sends a client one list after the other, and documents meanwhile', async () => {
    const lists: ((text: string) => void)[] = [];
    handle = () => new Promise((resolve) => lists.push(resolve));
    const asked = [get('/tiny/listed'), get('/tiny/listed')];
    for (let document = 0; document < 3; document += 1)
      expect(told(await get('/tiny/asked/1'))).toBe('200 the one');
    expect(lists).toHaveLength(1);
    // The one that waits asks nothing of the database, and is not refused for its silence.
    expect(underDeadline).toBe(1);
    handle = async () => 'the second';
    lists[0]?.('the first');
    expect(told(await Promise.race(asked))).toBe('200 the first');
    expect((await Promise.all(asked)).map(told).sort()).toEqual(['200 the first', '200 the second']);
  });

  it('tells a handler when its client has gone', async () => {
    const connection = await openSocket(port);
    const gone = new Promise<boolean>((resolve) => {
      handle = async (_input, { signal }) => {
        connection.close();
        await once(signal, 'abort');
        resolve(signal.aborted);
        return '';
      };
    });
    connection.write(`GET /tiny/asked HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`);
    expect(await gone).toBe(true);
  });

  it("signals a handler's unfinished work when the request is abandoned, and not before", async () => {
    let left: AbortSignal | undefined;
    let ofEarly: boolean | undefined;
    handle = async (_input, caller) => {
      left = caller.signal;
      ofEarly = left.aborted;
      throw new DatabaseUnavailableError('away');
    };
    expect(told(await get('/tiny/asked'))).toBe('503 Come back later');
    expect([ofEarly, left?.aborted]).toEqual([false, true]);
  });
});
