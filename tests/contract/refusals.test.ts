import { clientOf, logIn } from '../support/accounts.ts';
import { apiClient, headersOf } from '../support/client.ts';
import { type Operation, operationsIn } from '../support/openapi.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { exampleParts, requestOf } from '../support/spec-requests.ts';
import { type TokenSource, tokenSource } from '../support/tokens.ts';
import { useProxiedService } from '../support/use-proxied-service.ts';
import { openWire, type Wire, type WireAnswer } from '../support/wire.ts';

type Headers = Readonly<Record<string, string>>;

const rocketChat = operationsIn('rocketchat');

/** Rocket.Chat's operations that document a status, as a table for `it.each`. */
const documenting = (status: number) =>
  rocketChat
    .filter(({ answers }) => answers.some((answer) => answer.status === status))
    .map((operation) => [operation.id, operation] as const);

/** Where anyone may send the example: what only some may send. */
const forbiddenBodies: Readonly<Record<string, string>> = {
  'users-set-status': JSON.stringify({ userId: 'rocket.cat', status: 'away' }),
};

/** What the dialect answers, and not the pages for operators. */
const ofTheApi = rocketChat.map((operation) => [operation.id, operation] as const);

const bodyOf = (answer: WireAnswer): Record<string, unknown> => JSON.parse(answer.text);

describe('every operation refuses, as openapi.yaml says,', () => {
  let service: TestService;
  let wire: Wire;
  let admin: Headers;
  let nobody: Headers;
  beforeAll(async () => {
    service = await startTestService({ METRICS_TOKEN: 'unknown to strangers' });
    wire = openWire(await service.start());
    admin = headersOf(await logIn(service.app));
    const user = {
      name: 'No Body',
      username: 'nobody',
      email: 'nobody@example.org',
      password: 'nobody',
      roles: [],
    };
    expect((await (await clientOf(service.app)).post('users.create', user)).status).toBe(200);
    nobody = headersOf(await logIn(service.app, 'nobody'));
  });
  afterAll(async () => {
    wire.close();
    await service.stop();
  });
  const call = (operation: Operation, headers: Headers, body?: Buffer | string) => {
    const { headers: own, ...request } = requestOf(operation, exampleParts(operation));
    return wire.sendChecked({ ...request, ...(body && { body }), headers: { ...own, ...headers } });
  };

  it.each(documenting(401))('who is not logged in: %s', async (_id, operation) => {
    const strangers: Headers[] = [
      {},
      { 'X-User-Id': 'nobody', 'X-Auth-Token': 'x' },
      { 'X-User-Id': '$ne', 'X-Auth-Token': '' },
    ];
    for (const headers of strangers) expect((await call(operation, headers)).status).toBe(401);
  });

  it.each(documenting(403))('who may not: %s', async (_id, operation) => {
    const answer = await call(operation, nobody, forbiddenBodies[operation.id]);
    expect(answer.status).toBe(403);
    expect(bodyOf(answer)).toMatchObject({ success: false, error: expect.stringMatching(/unauthorized/) });
  });

  it.each(ofTheApi)('a list of more than 500 items in a query: %s', async (_id, operation) => {
    const query = 'list[]=x&'.repeat(501);
    const { headers, ...request } = requestOf(operation, { ...exampleParts(operation), query });
    const answer = await wire.sendChecked({ ...request, headers: { ...headers, ...admin } });
    expect([answer.status, bodyOf(answer).error]).toEqual([400, 'Invalid query parameters']);
  });

  it.each(documenting(413))('a body of more than a megabyte: %s', async (_id, operation) => {
    const answer = await call(operation, admin, Buffer.alloc(1024 * 1024 + 1, ' '));
    expect(answer.status).toBe(413);
  });

  it.each(documenting(415))('an encoding that nobody knows: %s', async (_id, operation) => {
    const answer = await call(operation, { ...admin, 'Content-Encoding': 'zip' }, Buffer.from('x'));
    expect(answer.status).toBe(415);
  });
});

describe('with one call per minute, the second is refused:', () => {
  let service: TestService;
  let wire: Wire;
  let tokens: TokenSource;
  beforeAll(async () => {
    service = await startTestService({
      TEST_MODE: '',
      OVERWRITE_SETTING_API_Enable_Rate_Limiter_Limit_Calls_Default: '1',
      OVERWRITE_SETTING_Foyer_Rate_Limiter_Visitor_Calls: '1',
    });
    wire = openWire(await service.start());
    tokens = await tokenSource(service);
    const admin = apiClient(service.app).as(await tokens.next());
    const nobodyIsExempt = { permissions: [{ _id: 'api-bypass-rate-limit', roles: [] }] };
    expect((await admin.post('permissions.update', nobodyIsExempt)).status).toBe(200);
  });
  afterAll(async () => {
    wire.close();
    await service.stop();
  });

  it.each(documenting(429))('%s', async (_id, operation) => {
    const { headers, ...request } = requestOf(operation, exampleParts(operation));
    // Each call has a token of its own, since logging out ends one.
    const call = async () =>
      wire.sendChecked({ ...request, headers: { ...headers, ...headersOf(await tokens.next()) } });
    let answer = await call();
    const limit = Number(answer.headers['x-ratelimit-limit']);
    for (let calls = 1; calls <= limit; calls++) answer = await call();
    expect(answer.status).toBe(429);
    expect(answer.headers['x-ratelimit-remaining']).toBe('0');
    expect(Number(answer.headers['x-ratelimit-reset'])).toBeGreaterThan(Date.now());
    expect(bodyOf(answer).error).toMatch(/^Error, too many requests\..* \[error-too-many-requests\]$/);
  });
});

describe('while the database is unreachable', () => {
  const used = useProxiedService();

  it('every operation that needs it answers 503, and works again afterwards', async () => {
    const { proxy, service, wire } = used;
    const tokens = await tokenSource(service);
    const requests = await Promise.all(
      documenting(503).map(async ([id, operation]) => {
        const { headers, ...request } = requestOf(operation, exampleParts(operation));
        // A token that the service has not seen, and so does not remember.
        return { id, request: { ...request, headers: { ...headers, ...headersOf(await tokens.next()) } } };
      }),
    );
    const later = headersOf(await tokens.next());
    proxy.takeAway('refusing');
    const answers = await Promise.all(
      requests.map(async ({ id, request }) => ({ id, status: (await wire.sendChecked(request)).status })),
    );
    expect(answers).toEqual(requests.map(({ id }) => ({ id, status: 503 })));
    let ready = (await wire.sendChecked({ method: 'GET', path: '/ready' })).status;
    expect(ready).toBe(503);
    proxy.bringBack();
    while (ready === 503) ready = (await wire.sendChecked({ method: 'GET', path: '/ready' })).status;
    const answer = await wire.sendChecked({ method: 'GET', path: '/api/v1/me', headers: later });
    expect(answer.status).toBe(200);
  });
});
