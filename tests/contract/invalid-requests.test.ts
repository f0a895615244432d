import { adminHeaders } from '../support/accounts.ts';
import { type DialectName, dialectOf, operations } from '../support/openapi.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { invalidRequests, requestOf } from '../support/spec-requests.ts';
import { openWire, type Wire } from '../support/wire.ts';

const cases = operations.flatMap((operation) =>
  invalidRequests(operation).map((invalid) => [operation.id, invalid.title, operation, invalid] as const),
);

/** How each dialect says that something is wrong. */
const refusals: Record<DialectName, object> = {
  rocketchat: { success: false, error: expect.anything() },
  foyer: { type: 'about:blank', code: expect.any(String), status: expect.any(Number) },
  // `error` or `errors`, as openapi.yaml says.
  livechat: {},
  revechat: { error: [{ code: expect.any(Number), message: expect.any(String) }] },
};

describe('a request that openapi.yaml does not allow', () => {
  let service: TestService;
  let wire: Wire;
  let admin: Awaited<ReturnType<typeof adminHeaders>>;
  beforeAll(async () => {
    service = await startTestService();
    wire = openWire(await service.start());
    admin = await adminHeaders(service.app);
  });
  afterAll(async () => {
    wire.close();
    await service.stop();
  });

  it('exists for every operation with input', () => {
    const taking = operations.filter(
      ({ parameters, requestBody, method }) =>
        parameters.some((parameter) => parameter.in !== 'header') || requestBody || method !== 'get',
    );
    expect(new Set(cases.map(([id]) => id))).toEqual(new Set(taking.map(({ id }) => id)));
    expect(cases.length).toBeGreaterThan(200);
  });

  it.each(cases)("gets a 4xx in the dialect's words: %s with %s", async (_id, _title, operation, invalid) => {
    const { headers, ...sent } = requestOf(operation, invalid);
    const answer = await wire.sendChecked({ ...sent, headers: { ...headers, ...admin(operation.path) } });
    expect(Math.floor(answer.status / 100)).toBe(4);
    const dialect = dialectOf(operation.path);
    if (dialect === undefined) return;
    expect(JSON.parse(answer.text)).toMatchObject(refusals[dialect]);
  });
});
