import { createDepartment, insertAgent, sendAgentsAway } from '../../support/conversations.ts';
import { type LiveChatClient, liveChatClient } from '../../support/livechat.ts';
import { adminUsername } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';

describe("LiveChat's agents and groups", () => {
  const { service, admin } = useService();
  let client: LiveChatClient;
  let sales: { readonly id: number; readonly name: string };
  const bo = { name: 'Bo Smith', login: 'bo@example.org', permission: 'normal', avatar: '' };

  beforeAll(async () => {
    const { token } = (await admin.post('users.generatePersonalAccessToken', { tokenName: 'crm' })).body;
    client = liveChatClient(() => service.app, adminUsername, token);
    const emails = [{ address: 'bo@example.org', verified: true }];
    const limit = { livechat: { maxNumberSimultaneousChat: 3 } };
    const agent = await insertAgent(service, { username: 'bo', name: 'Bo Smith', emails, ...limit });
    await insertAgent(service, { username: 'cy', name: 'Cy' });
    await createDepartment(admin, [agent]);
    const [, group] = (await client.get('/groups')).body;
    sales = { id: group.id, name: group.name };
  });

  it('are shown one by one, by e-mail address or user name', async () => {
    for (const login of ['bo@example.org', 'bo', 'bo%40example.org/'])
      expect((await client.get(`/agents/${login}`)).body).toEqual({
        ...bo,
        ...{ status: 'accepting chats', login_status: 'accepting chats', max_chats_count: 3 },
        ...{ daily_summary: 0, job_title: 'Support Agent', last_logout: 0, groups: [sales] },
        notifications: expect.objectContaining({ new_visitor: 0 }),
      });
    expect((await client.get('/agents/cy')).body).toMatchObject({ login: 'cy', groups: [] });
    expect((await client.get('/agents/bo?callback=show')).text).toMatch(/^show\(\{"name":"Bo Smith"/);
  });

  it('are unknown if they are no agents', async () => {
    for (const login of ['nobody', adminUsername, '$ne'])
      expect([login, (await client.get(`/agents/${login}`)).status]).toEqual([login, 404]);
    expect((await client.get(`/agents/${'x'.repeat(321)}`)).status).toBe(400);
  });

  it('have numbers by which one is shown, with its members but for group 0', async () => {
    const listed = (await client.get('/groups')).body;
    expect(listed).toEqual([
      { id: 0, name: 'All operators', language: 'en', status: 'accepting chats' },
      { ...sales, language: 'en', agents: ['bo@example.org'], status: 'accepting chats' },
    ]);
    for (const group of listed) expect((await client.get(`/groups/${group.id}`)).body).toEqual(group);
    expect((await client.get('/groups/77')).status).toBe(404);
    for (const id of ['-14', '1.5', 'abc', '9223372036854775808'])
      expect((await client.get(`/groups/${id}`)).status).toBe(400);
  });

  it('are there or not, as the status says of all of them and of a group', async () => {
    const statuses = async () =>
      Promise.all(
        ['/status', '/status/0', `/status/${sales.id}`, `/status?group=${sales.id}`, '/status/77'].map(
          async (path) => (await client.get(path)).body.status,
        ),
      );
    expect(await statuses()).toEqual(['online', 'online', 'online', 'online', 'offline']);
    await sendAgentsAway(service.db);
    expect(await statuses()).toEqual(Array(5).fill('offline'));
    expect((await client.get('/status/abc')).status).toBe(400);
  });
});
