import { type ApiClient, apiClient } from '../../support/client.ts';
import { startTestService, type TestService, withTestService } from '../../support/service.ts';
import { collection, matchingOfRocketChat, registerVisitor, unique } from '../../support/visitors.ts';

let service: TestService;
let other: TestService;
let doors: ApiClient[];
beforeAll(async () => {
  service = await startTestService(matchingOfRocketChat);
  const MONGO_URL = service.mongoUrl;
  other = await startTestService({ MONGO_URL, ...matchingOfRocketChat });
  doors = [apiClient(service.app), apiClient(other.app)];
});
afterAll(async () => {
  await other.stop();
  await service.stop();
});

/** Registers visitors at once, at the two instances in turn. */
const registerAll = (visitors: readonly Readonly<Record<string, unknown>>[]) =>
  Promise.all(visitors.map((visitor, i) => registerVisitor(doors[i % 2] as ApiClient, visitor)));
const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const idsOf = (visitors: readonly { readonly _id: string }[]) => [...new Set(visitors.map(({ _id }) => _id))];
const count = (filter: Readonly<Record<string, unknown>>) =>
  collection(service.db, 'livechat_visitor').countDocuments(filter);

describe('the very first guest', () => {
  it('is guest-2, since Rocket.Chat counts before it assigns', () =>
    withTestService({}, async (fresh) => {
      const guest = await registerVisitor(apiClient(fresh.app), { username: '' });
      expect(guest.username).toBe('guest-2');
    }));
});

describe('many registrations at once, at two instances', () => {
  it('with one token create one visitor', async () => {
    const token = unique('token');
    const visitors = await registerAll(times(20, () => ({ token })));
    expect(idsOf(visitors)).toHaveLength(1);
    expect(await count({ token })).toBe(1);
  });

  it('of the very first guests give each their own name', () =>
    withTestService({}, async ({ app }) => {
      const guests = await Promise.all(times(6, () => registerVisitor(apiClient(app))));
      const names = guests.map(({ username }) => username).sort();
      expect(names).toEqual([2, 3, 4, 5, 6, 7].map((number) => `guest-${number}`));
    }));

  it('of thirty guests give thirty names', async () => {
    const visitors = await registerAll(times(30, () => ({})));
    expect(idsOf(visitors)).toHaveLength(30);
    expect(new Set(visitors.map(({ username }) => username)).size).toBe(30);
  });

  it('with one phone number create one visitor, whose token all of them are told', async () => {
    const phone = unique('+55');
    const visitors = await registerAll(times(20, () => ({ phone })));
    expect(idsOf(visitors)).toHaveLength(1);
    expect(new Set(visitors.map(({ token }) => token)).size).toBe(1);
    expect(await count({ 'phone.phoneNumber': phone })).toBe(1);
  });

  it('with one e-mail address create one visitor, who has one of the tokens', async () => {
    const email = `${unique('mail')}@x.io`;
    const tokens = times(20, () => unique('token'));
    const visitors = await registerAll(tokens.map((token) => ({ token, email })));
    expect(idsOf(visitors)).toHaveLength(1);
    expect(await count({ 'visitorEmails.address': email })).toBe(1);
    expect(await count({ token: { $in: tokens } })).toBe(1);
  });

  it('that share a phone number with some and an e-mail address with others create one visitor for each', async () => {
    const phone = unique('+55');
    const email = `${unique('mail')}@x.io`;
    await registerAll(times(18, (i) => [{ phone }, { email }, { phone, email }][i % 3] ?? {}));
    expect(await count({ 'phone.phoneNumber': phone })).toBe(1);
    // Who came by e-mail address alone before anyone brought both is a visitor of his own, in any order.
    expect(await count({ 'visitorEmails.address': email })).toBeLessThanOrEqual(2);
  });

  it('with one id create one visitor with it, and others with different ids', async () => {
    const id = unique('id');
    const visitors = await registerAll(times(6, () => ({ id })));
    expect(idsOf(visitors)).toHaveLength(6);
    expect(idsOf(visitors)).toContain(id);
  });
});
