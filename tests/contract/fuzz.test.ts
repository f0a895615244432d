import fc from 'fast-check';
import { adminHeaders, logIn } from '../support/accounts.ts';
import { headersOf } from '../support/client.ts';
import { storeExamples } from '../support/example-documents.ts';
import { hostileParts } from '../support/hostile.ts';
import { findOperation, isEndless, type Operation, operations } from '../support/openapi.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { type RequestParts, requestOf } from '../support/spec-requests.ts';
import { openWire, type Wire } from '../support/wire.ts';

const runsPerOperation = 15;
const traceOfAStack = /node_modules|\n\s+at |\.[jt]s:\d+/;
/** What a hostile request may end must not be the session of the next ones. */
const endsTheSession = (operation: Operation) => operation.id.startsWith('logout');

/** Nor may it take rights that the next requests need: it is let loose on one that none of them needs. */
const withoutHarm = (parts: RequestParts): RequestParts => ({
  ...parts,
  body: parts.body?.replace('view-l-room', 'on-hold-livechat-room'),
});

describe('any request to any operation', () => {
  let service: TestService;
  let wire: Wire;
  let admin: Awaited<ReturnType<typeof adminHeaders>>;
  beforeAll(async () => {
    // Without TEST_MODE: no stack may be shown. Limits are off, since thousands of requests follow.
    service = await startTestService({ TEST_MODE: '', OVERWRITE_SETTING_API_Enable_Rate_Limiter: 'false' });
    wire = openWire(await service.start());
    admin = await adminHeaders(service.app);
  });
  afterAll(async () => {
    wire.close();
    await service.stop();
  });

  // What the examples speak of exists, so that requests get as far as their one hostile part lets them.
  beforeEach(() => storeExamples(service.db));

  const ending = operations.filter((operation) => !isEndless(operation));

  it.each(ending.map((operation) => [operation.id, operation] as const))(
    'is answered as documented, whatever stands in it: %s',
    async (_id, operation) => {
      const credentials = endsTheSession(operation)
        ? headersOf(await logIn(service.app))
        : admin(operation.path);
      const property = fc.asyncProperty(hostileParts(operation), async (parts) => {
        const { headers, ...sent } = requestOf(operation, withoutHarm(parts));
        const send = findOperation(sent.method, sent.path.split('?')[0] ?? '') ? wire.sendChecked : wire.send;
        const answer = await send({ ...sent, headers: { ...headers, ...credentials } });
        expect(answer.status).toBeLessThan(500);
        expect(answer.text).not.toMatch(traceOfAStack);
      });
      await fc.assert(property, { numRuns: runsPerOperation, interruptAfterTimeLimit: 15_000 });
    },
  );

  it('leaves the service healthy', async () => {
    const answer = await wire.sendChecked({
      method: 'GET',
      path: '/api/v1/me',
      headers: admin('/api/v1/me'),
    });
    expect(answer.status).toBe(200);
    expect(({} as Record<string, unknown>).roles).toBeUndefined();
  });
});
