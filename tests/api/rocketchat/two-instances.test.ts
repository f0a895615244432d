import { setTimeout as delay } from 'node:timers/promises';
import { clientOf, logIn } from '../../support/accounts.ts';
import { apiClient } from '../../support/client.ts';
import { freshDatabaseUrl, startTestService, type TestService } from '../../support/service.ts';
import { rocketChatUser, storeUsers } from '../../support/users.ts';

describe('two instances on one database', () => {
  let here: TestService;
  let there: TestService;
  const mongoUrl = freshDatabaseUrl();
  const memoryMs = 100;
  const ann = rocketChatUser('ann', { roles: ['livechat-agent'] });

  /** Asks again until it is so; the test's own time limit ends it. */
  const eventually = async (isSo: () => Promise<boolean>) => {
    while (!(await isSo())) await delay(10);
  };

  beforeAll(async () => {
    here = await startTestService({ MONGO_URL: mongoUrl }, { memoryMs });
    there = await startTestService({ MONGO_URL: mongoUrl }, { memoryMs });
    await storeUsers(here.db, ann);
  });
  afterAll(async () => {
    await here.db.dropDatabase();
    await here.stop();
    await there.stop();
  });

  it('see each other’s logins at once', async () => {
    const credentials = await logIn(here.app, 'ann');
    expect((await apiClient(there.app).as(credentials).get('me')).status).toBe(200);
  });

  it('see each other’s logouts within seconds', async () => {
    const credentials = await logIn(here.app, 'ann');
    const client = apiClient(there.app).as(credentials);
    expect((await client.get('me')).status).toBe(200);
    await apiClient(here.app).as(credentials).post('logout');
    await eventually(async () => (await client.get('me')).status === 401);
  });

  it('see each other’s changes of permissions and settings, and their own at once', async () => {
    const [admin, agent] = [await clientOf(here.app), await clientOf(there.app, 'ann')];
    expect((await agent.get('livechat/department')).status).toBe(200);
    await admin.post('permissions.update', { permissions: [{ _id: 'view-l-room', roles: ['admin'] }] });
    await admin.post('settings/Livechat_Routing_Method', { value: 'Manual_Selection' });
    expect(here.deps.settings.get('Livechat_Routing_Method')).toBe('Manual_Selection');
    await eventually(async () => (await agent.get('livechat/department')).status === 403);
    await eventually(async () => there.deps.settings.get('Livechat_Routing_Method') === 'Manual_Selection');
  });

  it('see roles that the other gave or removed', async () => {
    const [admin, client] = [await clientOf(here.app), await clientOf(there.app, 'ann')];
    await admin.post('livechat/users/manager', { username: 'ann' });
    await eventually(async () => (await client.get(`livechat/users/agent/${ann._id}`)).status === 200);
    await admin.delete(`livechat/users/manager/${ann._id}`);
    await eventually(async () => (await client.get(`livechat/users/agent/${ann._id}`)).status === 403);
  });

  it('lock out a user whom the other deactivated', async () => {
    const client = await clientOf(there.app, 'ann');
    expect((await client.get('me')).status).toBe(200);
    await here.db.collection('users').updateOne({ username: 'ann' }, { $set: { active: false } });
    await eventually(async () => (await client.get('me')).status === 401);
  });
});
