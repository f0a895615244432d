import { logIn } from '../../support/accounts.ts';
import { apiClient, errorOf, headersOf } from '../../support/client.ts';
import { insertAgent, openRoom, say } from '../../support/conversations.ts';
import { eventually } from '../../support/eventually.ts';
import { foyerClient } from '../../support/foyer.ts';
import { assertIdentity, identities } from '../../support/identities.ts';
import { dialectOf, operations } from '../../support/openapi.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { exampleParts, requestOf } from '../../support/spec-requests.ts';
import { insertUser } from '../../support/users.ts';
import { registerVisitor, unique } from '../../support/visitors.ts';
import { openPage } from '../../support/visits.ts';
import { openWire, type Wire } from '../../support/wire.ts';

const env = {
  ...identities,
  HTTP_FORWARDED_COUNT: '1',
  OVERWRITE_SETTING_Livechat_validate_offline_email: 'false',
  OVERWRITE_SETTING_Livechat_offline_email: 'sales@example.org',
};
let service: TestService;
let wire: Wire;
let headers: Readonly<Record<string, string>>;
const foyer = foyerClient(
  () => service.app,
  () => headers,
);
beforeAll(async () => {
  service = await startTestService(env, { memoryMs: 50 });
  wire = openWire(await service.start());
  headers = headersOf(await logIn(service.app));
  await insertAgent(service);
});
afterAll(async () => {
  wire.close();
  await service.stop();
});

const callerAt = (address: string) => apiClient(service.app, { 'X-Forwarded-For': address });
const anyone = () => callerAt('198.51.100.1');
const banned = '400 Banned [error-banned]';
const allowed = '400 [invalid-token]';
/** What an address is told when it asks for a visitor who does not exist. */
const toldTo = (address: string) => errorOf(callerAt(address).get('livechat/visitor/nobody'));

/** Bans somebody for as long as the work takes. */
async function whileBanned(ban: object, work: () => Promise<void>): Promise<void> {
  const { status, body } = await foyer.post('bans', ban);
  expect(status).toBe(200);
  try {
    await work();
  } finally {
    expect((await foyer.delete(`bans/${body._id}`)).status).toBe(200);
  }
}

describe('a banned address', () => {
  const open = operations.filter(
    ({ secured, path }) => !secured && (dialectOf(path) !== undefined || path.startsWith('/foyer')),
  );

  it('may use nothing that is open to anyone, in any dialect', async () => {
    expect(open.length).toBeGreaterThan(15);
    await whileBanned({ kind: 'address', value: '192.0.2.7', reason: 'floods' }, async () => {
      for (const operation of open) {
        const { headers: own, ...request } = requestOf(operation, exampleParts(operation));
        const send = (address: string) =>
          wire.sendChecked({ ...request, headers: { ...own, 'X-Forwarded-For': address } });
        const answer = await send('192.0.2.7');
        expect([operation.id, Math.floor(answer.status / 100)]).toEqual([operation.id, 4]);
        expect(answer.text).toMatch(/banned|Bad Request/i);
      }
      expect(await toldTo('192.0.2.8')).toBe(allowed);
    });
    expect(await toldTo('192.0.2.7')).toBe(allowed);
  });

  it.each([
    ['192.0.2.0/24', ['192.0.2.255', '::ffff:192.0.2.1'], ['192.0.3.1']],
    ['2001:DB8::1', ['2001:db8::ffff'], ['2001:db8:0:1::1']],
    ['2001:db8::/32', ['2001:db8:ffff::1'], ['2001:db9::1']],
  ])('can be a network: %s', async (value, inside, outside) => {
    await whileBanned({ kind: 'address', value }, async () => {
      for (const each of inside) expect(await toldTo(each)).toBe(banned);
      for (const each of outside) expect(await toldTo(each)).toBe(allowed);
    });
  });

  it('does not stop users who are logged in, who can so end a ban of their own address', async () => {
    const atHome = apiClient(service.app, { ...headers, 'X-Forwarded-For': '203.0.113.9' });
    await whileBanned({ kind: 'address', value: '203.0.113.9' }, async () => {
      expect((await atHome.get('me')).status).toBe(200);
      expect(await errorOf(atHome.get('livechat/visitor/nobody'))).toBe(allowed);
    });
  });
});

describe('a banned visitor', () => {
  it('is refused with every token, and everybody else is not', async () => {
    const sub = unique('person');
    const first = await registerVisitor(anyone(), { identity: await assertIdentity({ sub }) });
    const second = await registerVisitor(anyone(), { identity: await assertIdentity({ sub }) });
    const other = await registerVisitor(anyone());
    const { _id: rid } = await openRoom(anyone(), first);
    await whileBanned({ kind: 'visitor', value: first._id }, async () => {
      for (const { token } of [first, second]) {
        const message = { token, rid, msg: 'hi' };
        expect(await errorOf(anyone().post('livechat/message', message))).toBe(banned);
        expect(await errorOf(anyone().get('livechat/room', { token }))).toBe(banned);
        expect(await errorOf(anyone().delete(`livechat/visitor/${token}`))).toBe(banned);
      }
      expect((await anyone().get(`livechat/visitor/${other.token}`)).status).toBe(200);
    });
    expect((await say(anyone(), first.token, rid, 'again')).msg).toBe('again');
  });

  it('is banned with the next token, too, that they prove to be theirs', async () => {
    const sub = unique('person');
    const { _id, token } = await registerVisitor(anyone(), { identity: await assertIdentity({ sub }) });
    await whileBanned({ kind: 'visitor', value: _id }, async () => {
      const next = await registerVisitor(anyone(), { identity: await assertIdentity({ sub }) });
      expect(next.token).not.toBe(token);
      await eventually(async () =>
        expect(await errorOf(anyone().get('livechat/room', { token: next.token }))).toBe(banned),
      );
    });
  });

  it('stays banned as whoever they are merged into, for as long as the longer ban of the two', async () => {
    const [from, into] = [await registerVisitor(anyone()), await registerVisitor(anyone())];
    await foyer.post('bans', { kind: 'visitor', value: from._id, reason: 'floods' });
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    await whileBanned({ kind: 'visitor', value: into._id, expiresAt }, async () => {
      expect((await foyer.post(`visitors/${from._id}/merge`, { into: into._id })).status).toBe(200);
      for (const { token } of [from, into])
        expect(await errorOf(anyone().get('livechat/room', { token }))).toBe(banned);
      const { bans } = (await foyer.get('bans')).body;
      expect(bans.filter((each: { kind: string }) => each.kind === 'visitor')).toMatchObject([
        { value: into._id, expiresAt: null },
      ]);
    });
  });

  it('stays banned if they never registered and turn out to be somebody who did', async () => {
    const [token, into] = [await openPage(anyone()), await registerVisitor(anyone())];
    const { id = '' } = (await service.deps.visitorRecords.findByToken(token)) ?? {};
    const { body } = await foyer.post('bans', { kind: 'visitor', value: id });
    await foyer.post(`visitors/${id}/merge`, { into: into._id });
    for (const each of [token, into.token])
      expect(await errorOf(anyone().get('livechat/room', { token: each }))).toBe(banned);
    expect((await foyer.get('bans')).body.bans).toMatchObject([{ _id: body._id, value: into._id }]);
    await foyer.delete(`bans/${body._id}`);
  });

  it('may be somebody who never registered', async () => {
    const token = await openPage(anyone());
    const record = await service.deps.visitorRecords.findByToken(token);
    await whileBanned({ kind: 'visitor', value: record?.id }, async () => {
      await expect(openPage(anyone(), { token })).rejects.toThrow('error-banned');
    });
  });

  it('is forgotten with the ban when they are deleted', async () => {
    const { _id } = await registerVisitor(anyone());
    await foyer.post('bans', { kind: 'visitor', value: _id });
    await foyer.delete(`visitors/${_id}`);
    expect(JSON.stringify((await foyer.get('bans')).body)).not.toContain(_id);
  });

  it('is forgotten even if the ban is from before they registered', async () => {
    const token = await openPage(anyone());
    const { id: recordId = '' } = (await service.deps.visitorRecords.findByToken(token)) ?? {};
    const { _id } = await registerVisitor(anyone(), { token });
    // As by an instance that had not heard of the registration yet.
    const by = { createdAt: new Date(), createdBy: { _id: 'admin' }, reason: '' };
    await service.deps.bans.put({ _id: unique('ban'), kind: 'visitor', value: recordId, ...by });
    const { body } = await foyer.get(`visitors/${_id}/export`);
    expect(body.bans).toMatchObject([{ value: recordId }]);
    await foyer.delete(`visitors/${_id}`);
    expect(JSON.stringify((await foyer.get('bans')).body)).not.toContain(recordId);
  });
});

describe('a banned e-mail address', () => {
  it('cannot be registered or written from, and whoever has it is refused', async () => {
    const email = `${unique('ann')}@example.org`;
    const { token } = await registerVisitor(anyone(), { email });
    await whileBanned({ kind: 'email', value: ` ${email.toUpperCase()} ` }, async () => {
      const visitor = { token: unique('token'), email: email.toUpperCase() };
      expect(await errorOf(anyone().post('livechat/visitor', { visitor }))).toBe(banned);
      const identity = await assertIdentity({ email });
      const asserted = { token: unique('token'), identity };
      expect(await errorOf(anyone().post('livechat/visitor', { visitor: asserted }))).toBe(banned);
      const form = { name: 'Ann', email, message: 'hi' };
      expect(await errorOf(anyone().post('livechat/offline.message', form))).toBe(banned);
      expect(await errorOf(anyone().get('livechat/room', { token }))).toBe(banned);
    });
  });
});

describe('bans', () => {
  it('end when they expire', async () => {
    const expiresAt = new Date(Date.now() + 1_500).toISOString();
    const { body } = await foyer.post('bans', { kind: 'address', value: '192.0.2.50', expiresAt });
    expect(body.expiresAt).toBe(expiresAt);
    expect(await toldTo('192.0.2.50')).toBe(banned);
    await eventually(async () => expect(await toldTo('192.0.2.50')).toBe(allowed));
    expect(JSON.stringify((await foyer.get('bans')).body)).not.toContain('192.0.2.50');
  });

  it('hold on every instance', async () => {
    const other = await startTestService({ ...env, MONGO_URL: service.mongoUrl }, { memoryMs: 50 });
    try {
      await whileBanned({ kind: 'address', value: '192.0.2.60' }, async () => {
        const there = apiClient(other.app, { 'X-Forwarded-For': '192.0.2.60' });
        await eventually(async () =>
          expect(await errorOf(there.get('livechat/visitor/nobody'))).toBe(banned),
        );
      });
    } finally {
      await other.stop();
    }
  });

  it('of the same value are one, which is renewed, however many managers ban at once', async () => {
    const ban = (reason: string) => foyer.post('bans', { kind: 'address', value: '192.0.2.70', reason });
    const ids = (await Promise.all(['a', 'b', 'c', 'd'].map(ban))).map(({ body }) => body._id);
    expect(new Set(ids).size).toBe(1);
    await ban('the last');
    const listed = (await foyer.get('bans')).body.bans.filter((each: { _id: string }) => each._id === ids[0]);
    expect(listed).toMatchObject([{ reason: 'the last', expiresAt: null }]);
    expect((await foyer.delete(`bans/${ids[0]}`)).body).toEqual({ deleted: 1 });
    expect((await foyer.delete(`bans/${ids[0]}`)).body.code).toBe('ban-not-found');
  });

  it.each([
    [{ kind: 'address', value: 'nowhere' }, 400],
    [{ kind: 'address', value: '192.0.2.1/0' }, 400],
    [{ kind: 'address', value: '192.0.2.1/33' }, 400],
    [{ kind: 'address', value: '192.0.2.1/8/8' }, 400],
    [{ kind: 'address', value: 'fe80::1%eth0' }, 400],
    [{ kind: 'email', value: 'nobody' }, 400],
    [{ kind: 'visitor', value: '9223372036854775808' }, 404],
    [{ kind: 'user', value: 'x' }, 400],
    [{ kind: 'address', value: { $gt: '' } }, 400],
    [{ kind: 'address', value: '192.0.2.1', expiresAt: 'soon' }, 400],
    [{ kind: 'address', value: '192.0.2.1', expiresAt: '2001-01-01T00:00:00Z' }, 400],
    [{ kind: 'address', value: '192.0.2.1', more: 1 }, 400],
    [Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`field${n}`, n])), 400],
  ])('refuse what is wrong: %#', async (ban, status) => {
    expect((await foyer.post('bans', ban)).status).toBe(status);
  });

  it('are for those who manage agents', async () => {
    const agent = headersOf(await insertUser(service, { roles: ['livechat-agent'] }));
    const asAgent = foyerClient(
      () => service.app,
      () => agent,
    );
    expect((await asAgent.get('bans')).status).toBe(403);
    expect((await asAgent.post('bans', { kind: 'address', value: '192.0.2.1' })).status).toBe(403);
    expect((await asAgent.delete('bans/x')).status).toBe(403);
  });
});
