import { clientOf } from '../../support/accounts.ts';
import { apiClient } from '../../support/client.ts';
import { insertAgent, sendAgentsAway, startChat } from '../../support/conversations.ts';
import { adminUsername, startTestService, type TestService } from '../../support/service.ts';

type Answer = { readonly error?: unknown } & Readonly<Record<string, unknown>>;
type Done = (answer: Answer) => void;

/** What the vendor's client for Node has, as far as it is used here; it has no types. */
interface VendorClient {
  readonly visitors: {
    list(params: object, done: Done): void;
    listOnlyChattingVisitors(done: Done): void;
    addCustomVisitorDetails(id: string, params: object, done: Done): void;
  };
  readonly agents: { list(done: Done): void; get(login: string, done: Done): void };
  readonly chats: { send(id: string, params: object, done: Done): void };
  readonly groups: { list(done: Done): void; get(id: number, done: Done): void };
  get(method: string, data: object, done: Done): void;
  post(method: string, data: object, done: Done): void;
  del(method: string, data: object, done: Done): void;
}

const { LiveChatApi } = (await import('livechatapi' as string)).default;

describe("LiveChat's own client", () => {
  let service: TestService;
  let api: VendorClient;
  beforeAll(async () => {
    service = await startTestService();
    const { port } = await service.start();
    const admin = await clientOf(service.app);
    const { token } = (await admin.post('users.generatePersonalAccessToken', { tokenName: 'crm' })).body;
    api = new LiveChatApi(`${adminUsername}@rocket.chat`, token, 2, `http://127.0.0.1:${port}/`);
    await insertAgent(service);
    const anyone = apiClient(service.app);
    const { token: visitor } = await startChat(anyone);
    for (const token of [visitor, 'another'])
      await anyone.post('livechat/page.visited', {
        ...{ token, pageInfo: { change: 'url', title: 'A', location: { href: 'https://a.example/' } } },
      });
  });
  afterAll(() => service.stop());
  const asked = (ask: (done: Done) => void): Promise<Answer> => new Promise(ask);

  it('lists visitors, and filters them by state and group', async () => {
    expect(await asked((done) => api.visitors.list({}, done))).toHaveLength(2);
    expect(await asked((done) => api.visitors.list({ state: 'chatting', group: [0] }, done))).toHaveLength(1);
    expect(await asked((done) => api.visitors.list({ group: [7] }, done))).toEqual([]);
    expect(await asked((done) => api.visitors.listOnlyChattingVisitors(done))).toHaveLength(1);
    expect(await asked((done) => api.visitors.list({ state: 'dancing' }, done))).toHaveProperty('error');
  });

  it('manages webhooks, and adds details by their token', async () => {
    const hook = { event_type: 'chat_started', data_types: ['chat'], url: 'https://crm.example/hook' };
    const added = await asked((done) => api.post('webhooks', hook, done));
    const listed = await asked((done) => api.get('webhooks', {}, done));
    expect(listed).toEqual(added);
    const [{ id, token, licence }] = listed.events as [{ id: string; token: string; licence: number }];
    const visitors = (await asked((done) => api.visitors.list({}, done))) as unknown as { id: string }[];
    const details = { license_id: licence, token, id: 'crm', fields: [{ name: 'Plan', value: 'gold' }] };
    const answer = await asked((done) =>
      api.visitors.addCustomVisitorDetails(visitors[0]?.id ?? '', details, done),
    );
    expect(answer).toEqual({ result: 'Visitor details added' });
    expect(await asked((done) => api.del(`webhooks/${id}`, {}, done))).toEqual({
      result: 'Push notification removed successfully',
    });
  });

  it('lists agents, groups, chats and whether somebody is there', async () => {
    expect(await asked((done) => api.agents.list(done))).toHaveLength(1);
    expect(await asked((done) => api.groups.list(done))).toMatchObject([{ id: 0, name: 'All operators' }]);
    expect(await asked((done) => api.get('chats', {}, done))).toMatchObject({ total: 0, pages: 0 });
    const all = { include_pending: 1 };
    expect(await asked((done) => api.get('chats', all, done))).toMatchObject({ total: 1, pages: 1 });
    expect(await asked((done) => api.get('status', {}, done))).toEqual({ status: 'online' });
  });

  it('shows one agent and one group, and has transcripts sent', async () => {
    const [agent] = Object.values(await asked((done) => api.agents.list(done))) as [{ login: string }];
    const shown = await asked((done) => api.agents.get(agent.login, done));
    expect(shown).toMatchObject({ ...agent, login_status: 'accepting chats', groups: [] });
    expect(await asked((done) => api.groups.get(0, done))).toMatchObject({ id: 0, name: 'All operators' });
    const { chats } = await asked((done) => api.get('chats', { include_pending: 1 }, done));
    const [{ id }] = chats as [{ id: string }];
    const to = 'ann@example.org';
    expect(await asked((done) => api.chats.send(id, { to }, done))).toEqual({
      result: `E-mail has been sent to ${to}.`,
    });
  });

  it('shows groups and agents who are there, but take no chats', async () => {
    const everyone = async () => Object.values(await asked((done) => api.groups.list(done)))[0];
    const agent = async () => Object.values(await asked((done) => api.agents.list(done)))[0];
    expect(await everyone()).toMatchObject({ status: 'accepting chats' });
    expect(await agent()).toMatchObject({ status: 'accepting chats' });
    await sendAgentsAway(service.db);
    expect(await everyone()).toMatchObject({ status: 'not accepting chats' });
    expect(await agent()).toMatchObject({ status: 'not accepting chats' });
    await service.db.collection('users').updateMany({}, { $set: { status: 'offline' } });
    expect(await everyone()).toMatchObject({ status: 'offline' });
    expect(await agent()).toMatchObject({ status: 'offline' });
  });
});
