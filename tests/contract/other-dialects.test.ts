import { adminHeaders, basicOf, clientOf, logIn } from '../support/accounts.ts';
import { headersOf } from '../support/client.ts';
import { type DialectName, isEndless, type Operation, operationsIn } from '../support/openapi.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { exampleParts, requestOf } from '../support/spec-requests.ts';
import { useProxiedService } from '../support/use-proxied-service.ts';
import { openWire, type Wire } from '../support/wire.ts';

type Headers = Readonly<Record<string, string>>;

const dialects: readonly DialectName[] = ['foyer', 'livechat', 'revechat'];

/** The operations of the dialects beside Rocket.Chat's that document a status, as a table for `it.each`. */
const documenting = (status: number) =>
  dialects
    .flatMap((dialect) => operationsIn(dialect))
    .filter(({ answers }) => answers.some((answer) => answer.status === status))
    .map((operation) => [operation.id, operation] as const);

const call = (wire: Wire, operation: Operation, headers: Headers, body?: Buffer) => {
  const { headers: own, ...request } = requestOf(operation, exampleParts(operation));
  return wire.sendChecked({ ...request, ...(body && { body }), headers: { ...own, ...headers } });
};

describe('every operation of the other dialects refuses, as openapi.yaml says,', () => {
  let service: TestService;
  let wire: Wire;
  let admin: (path: string) => Headers;
  let nobody: Headers;
  beforeAll(async () => {
    service = await startTestService();
    wire = openWire(await service.start());
    admin = await adminHeaders(service.app);
    const user = {
      name: 'No Body',
      username: 'nobody',
      email: 'nobody@example.org',
      password: 'nobody',
      roles: [],
    };
    expect((await (await clientOf(service.app)).post('users.create', user)).status).toBe(200);
    nobody = { ...headersOf(await logIn(service.app, 'nobody')), ...basicOf('nobody@example.org', 'nobody') };
  });
  afterAll(async () => {
    wire.close();
    await service.stop();
  });

  it.each(documenting(401))('who is not logged in: %s', async (_id, operation) => {
    const strangers: Headers[] = [{}, { 'X-User-Id': 'nobody', 'X-Auth-Token': 'x' }, basicOf('nobody', 'x')];
    for (const headers of strangers) expect((await call(wire, operation, headers)).status).toBe(401);
  });

  it.each(documenting(403))('who may not: %s', async (_id, operation) => {
    expect((await call(wire, operation, nobody)).status).toBe(403);
  });

  it.each(documenting(413))('a body of more than a megabyte: %s', async (_id, operation) => {
    const body = Buffer.alloc(1024 * 1024 + 1, ' ');
    expect((await call(wire, operation, admin(operation.path), body)).status).toBe(413);
  });

  it.each(documenting(415))('an encoding that nobody knows: %s', async (_id, operation) => {
    const headers = { ...admin(operation.path), 'Content-Encoding': 'zip' };
    expect((await call(wire, operation, headers, Buffer.from('x'))).status).toBe(415);
  });
});

it('the other dialects limit how often an address calls', async () => {
  const limits = ['Foyer_Api_Calls', 'Foyer_LiveChat_Calls', 'Foyer_Reve_Chat_Calls'];
  const service = await startTestService({
    TEST_MODE: '',
    ...Object.fromEntries(limits.map((limit) => [`OVERWRITE_SETTING_${limit}`, '1'])),
  });
  const wire = openWire(await service.start());
  const admin = await adminHeaders(service.app);
  for (const [, operation] of documenting(429)) {
    if (isEndless(operation)) continue;
    await call(wire, operation, admin(operation.path));
    const { status, headers } = await call(wire, operation, admin(operation.path));
    expect([operation.id, status]).toEqual([operation.id, 429]);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  }
  wire.close();
  await service.stop();
});

describe('while the database is unreachable', () => {
  const used = useProxiedService();

  it('every operation of the other dialects answers 503', async () => {
    const { proxy, service, wire } = used;
    const admin = await adminHeaders(service.app);
    proxy.takeAway('refusing');
    const answers = await Promise.all(
      documenting(503).map(async ([id, operation]) => {
        const { status } = await call(wire, operation, admin(operation.path));
        return [id, status];
      }),
    );
    expect(answers).toEqual(documenting(503).map(([id]) => [id, 503]));
  });
});
