import { clientOf } from '../../support/accounts.ts';
import type { ApiClient } from '../../support/client.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';
import { rocketChatUser, storeUsers } from '../../support/users.ts';

describe.each([
  ['agent', 'livechat-agent'],
  ['manager', 'livechat-manager'],
])('livechat/users/%s', (type, role) => {
  let service: TestService;
  let admin: ApiClient;
  const ann = rocketChatUser('ann', { name: 'Ann', status: 'online' });
  const bob = rocketChatUser('bob', { name: 'Bob' });
  const path = `livechat/users/${type}`;
  const rolesOf = async (username: string) =>
    (await service.db.collection('users').findOne({ username }))?.roles;
  const names = async (query: Record<string, unknown> = {}) =>
    (await admin.get(path, query)).body.users.map(({ username }: { username: string }) => username);

  beforeEach(async () => {
    service = await startTestService();
    await storeUsers(service.db, ann, bob, rocketChatUser('carl'));
    admin = await clientOf(service.app);
  });
  afterEach(() => service.stop());

  it('gives a user the role and its permissions at once', async () => {
    const client = await clientOf(service.app, 'ann');
    expect((await client.get('livechat/department')).status).toBe(403);
    const answer = await admin.post(path, { username: 'ann' });
    expect(answer.status).toBe(200);
    expect(answer.body.user).toMatchObject({ _id: ann._id, username: 'ann' });
    expect(await rolesOf('ann')).toEqual(['user', role]);
    expect((await client.get('livechat/department')).status).toBe(200);
  });

  it('gives it once, however many requests ask at once', async () => {
    await Promise.all(Array.from({ length: 4 }, () => admin.post(path, { username: 'ann' })));
    expect(await rolesOf('ann')).toEqual(['user', role]);
  });

  it('takes it away again, at once', async () => {
    await admin.post(path, { username: 'ann' });
    const client = await clientOf(service.app, 'ann');
    expect((await client.get('livechat/department')).status).toBe(200);
    expect((await admin.delete(`${path}/${ann._id}`)).text).toBe('{"success":true}');
    expect((await client.get('livechat/department')).status).toBe(403);
    expect(await rolesOf('ann')).toEqual(['user']);
  });

  it('shows one; null for a user without the role', async () => {
    await admin.post(path, { username: 'ann' });
    const one = await admin.get(`${path}/${ann._id}`);
    expect(one.body.user).toMatchObject({ _id: ann._id, username: 'ann', name: 'Ann' });
    expect(one.text).not.toMatch(/services|bcrypt|roles/);
    expect((await admin.get(`${path}/${bob._id}`)).text).toBe('{"user":null,"success":true}');
  });

  it('lists them by name, page by page, filtered by a part of the name or address', async () => {
    for (const username of ['carl', 'bob', 'ann']) await admin.post(path, { username });
    const page = await admin.get(path, { count: 2, offset: 1, sort: '{"username":1}' });
    expect(page.body).toMatchObject({ count: 2, offset: 1, total: 3 });
    expect(page.body.users.map(({ username }: { username: string }) => username)).toEqual(['bob', 'carl']);
    expect(await names({ text: 'BO' })).toEqual(['bob']);
    expect(await names({ text: 'carl@example' })).toEqual(['carl']);
    expect(await names({ text: '.*' })).toEqual([]);
    expect(await names({ sort: '{"username":-1}' })).toEqual(['carl', 'bob', 'ann']);
  });

  it('lists them to users with either of two permissions', async () => {
    const [zoe, abe] = [rocketChatUser('abc', { name: 'Zoe' }), rocketChatUser('xyz', { name: 'Abe' })];
    await storeUsers(service.db, zoe, abe);
    for (const username of ['abc', 'xyz']) await admin.post(path, { username });
    expect(await names()).toEqual(['xyz', 'abc']);
    const holding = (roles: string[]) =>
      admin.post('permissions.update', { permissions: [{ _id: 'edit-omnichannel-contact', roles }] });
    const bobs = await clientOf(service.app, 'bob');
    await holding(['admin', 'user']);
    expect((await bobs.get(path)).status).toBe(200);
    await holding(['admin']);
    expect((await bobs.get(path)).status).toBe(403);
  });

  it('refuses unknown users', async () => {
    const added = await admin.post(path, { username: 'nobody' });
    expect(added.status).toBe(400);
    expect(added.body).toMatchObject({ error: '[error-invalid-user]', errorType: 'error-invalid-user' });
    const shown = await admin.get(`${path}/nobody`);
    expect(shown.body.error).toBe('User not found');
    const removed = await admin.delete(`${path}/nobody`);
    expect(removed.status).toBe(400);
    expect(removed.body.error).toBe('User not found');
  });

  it.each([{}, { username: { $gt: '' } }, { username: 'ann', roles: ['admin'] }])(
    'refuses %j',
    async (body) => {
      expect((await admin.post(path, body)).status).toBe(400);
      expect(await rolesOf('ann')).toEqual(['user']);
    },
  );

  it('is for managers; the list is for those who transfer chats', async () => {
    const client = await clientOf(service.app, 'bob');
    expect((await client.get(path)).text).toBe('{"success":false,"error":"unauthorized"}');
    expect((await client.post(path, { username: 'bob' })).status).toBe(403);
    expect((await client.get(`${path}/${ann._id}`)).status).toBe(403);
    expect((await client.delete(`${path}/${ann._id}`)).status).toBe(403);
  });
});

describe('agents', () => {
  let service: TestService;
  let admin: ApiClient;
  const ann = rocketChatUser('ann', { status: 'online' });
  const stored = () => service.db.collection('users').findOne({ username: 'ann' });
  const status = (client: ApiClient, body: object = {}) => client.post('livechat/agent.status', body);

  beforeEach(async () => {
    service = await startTestService();
    await storeUsers(service.db, ann, rocketChatUser('bob'), rocketChatUser('off', { active: false }));
    admin = await clientOf(service.app);
    for (const username of ['ann', 'bob', 'off']) await admin.post('livechat/users/agent', { username });
  });
  afterEach(() => service.stop());

  it('accept chats from the start, which takes effect once they are online', async () => {
    expect(await stored()).toMatchObject({ operator: true, statusLivechat: 'available' });
    const bob = await service.db.collection('users').findOne({ username: 'bob' });
    expect(bob).toMatchObject({ status: 'offline', statusLivechat: 'available' });
    await admin.post('livechat/agent.status', { agentId: ann._id, status: 'not-available' });
    const listed = await admin.get('livechat/users/agent', { onlyAvailable: 'true' });
    expect(listed.body.total).toBe(2);
    const others = await admin.get('livechat/users/agent', { excludeId: ann._id });
    expect(others.body.total).toBe(2);
  });

  it('can be listed without those who are offline or were never online, but with bots', async () => {
    const { status: _, ...never } = rocketChatUser('never', { roles: ['livechat-agent'] });
    const bot = rocketChatUser('robot', { roles: ['livechat-agent', 'bot'] });
    await storeUsers(service.db, never as typeof ann, bot);
    const names = async (query: Readonly<Record<string, unknown>>) =>
      (await admin.get('livechat/users/agent', query)).body.users.map(
        ({ username }: { username: string }) => username,
      );
    expect(await names({})).toEqual(['ann', 'bob', 'never', 'off', 'robot']);
    expect(await names({ showIdleAgents: 'true' })).toHaveLength(5);
    expect(await names({ showIdleAgents: 'false' })).toEqual(['ann', 'robot']);
  });

  it('set whether they accept chats, or toggle it', async () => {
    const client = await clientOf(service.app, 'ann');
    expect((await status(client, { status: 'not-available' })).text).toBe(
      '{"status":"not-available","success":true}',
    );
    expect((await stored())?.statusLivechat).toBe('not-available');
    expect((await status(client)).body.status).toBe('available');
    expect((await status(client)).body.status).toBe('not-available');
    expect((await status(client, { status: 'asleep' })).status).toBe(400);
  });

  it('stay agents when they become managers, and when they are managers no longer', async () => {
    await status(await clientOf(service.app, 'ann'), { status: 'not-available' });
    const before = { operator: true, statusLivechat: 'not-available' };
    await admin.post('livechat/users/manager', { username: 'ann' });
    expect(await stored()).toMatchObject(before);
    await admin.delete(`livechat/users/manager/${ann._id}`);
    expect(await stored()).toMatchObject({ ...before, roles: ['user', 'livechat-agent'] });
  });

  it('have their status set by those who manage agents, not by each other', async () => {
    const answer = await status(admin, { agentId: ann._id, status: 'not-available' });
    expect(answer.body.status).toBe('not-available');
    const bob = await clientOf(service.app, 'bob');
    const refused = await status(bob, { agentId: ann._id, status: 'available' });
    expect(refused.text).toBe('{"success":false,"error":"unauthorized"}');
    expect((await stored())?.statusLivechat).toBe('not-available');
  });

  it('do not include users who do not exist or were deactivated', async () => {
    const nobody = await status(admin, { agentId: 'nobody' });
    expect(nobody.status).toBe(404);
    expect(nobody.body).toEqual({ success: false, error: 'Agent not found' });
    expect((await status(admin)).status).toBe(404);
    const off = await service.db.collection('users').findOne({ username: 'off' });
    const deactivated = await status(admin, { agentId: off?._id });
    expect(deactivated.body.error).toBe('error-user-deactivated');
  });

  it('leave their departments when they stop being agents', async () => {
    const department = {
      name: 'Sales',
      email: 'sales@example.org',
      enabled: true,
      showOnRegistration: true,
      showOnOfflineForm: true,
    };
    await admin.post('livechat/department', { department, agents: [{ agentId: ann._id }] });
    await admin.delete(`livechat/users/agent/${ann._id}`);
    await admin.delete(`livechat/users/agent/${ann._id}`);
    const listed = await admin.get('livechat/department');
    expect(listed.body.departments[0].numAgents).toBe(0);
    const links = service.db.collection('rocketchat_livechat_department_agents');
    expect(await links.countDocuments({ agentId: ann._id })).toBe(0);
    expect(await stored()).toMatchObject({ operator: false });
    expect(await stored()).not.toHaveProperty('statusLivechat');
  });
});

describe('livechat/users of another type', () => {
  const { admin, anyone, outsider } = useService();
  const refused = { status: 400, body: { success: false, error: 'Invalid type' } };

  it('do not exist', async () => {
    expect(await admin.get('livechat/users/monitor')).toMatchObject(refused);
    expect(await admin.post('livechat/users/monitor', { username: 'ann' })).toMatchObject(refused);
    expect(await admin.get('livechat/users/monitor/ann')).toMatchObject(refused);
    expect(await admin.delete('livechat/users/monitor/ann')).toMatchObject(refused);
  });

  it('are told apart from requests that are refused for their caller or their body', async () => {
    expect((await anyone.get('livechat/users/monitor')).status).toBe(401);
    expect(await outsider.get('livechat/users/monitor')).toMatchObject(refused);
    expect((await outsider.post('livechat/users/monitor', { username: 'ann' })).status).toBe(403);
    expect((await outsider.get('livechat/users/monitor/ann')).status).toBe(403);
    expect((await outsider.delete('livechat/users/monitor/ann')).status).toBe(403);
    expect((await admin.post('livechat/users/monitor', {})).body.errorType).toBe('invalid-params');
  });
});
