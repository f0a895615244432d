import { compareSync } from 'bcrypt';
import { MongoClient } from 'mongodb';
import { clientOf, logIn } from '../../support/accounts.ts';
import { apiClient } from '../../support/client.ts';
import {
  adminUsername,
  freshDatabaseUrl,
  startTestService,
  type TestService,
} from '../../support/service.ts';
import { rocketChatUser, sha256Hex, storeUsers } from '../../support/users.ts';
import { collection } from '../../support/visitors.ts';

describe('the first start', () => {
  const services: TestService[] = [];
  const start = async (env: Record<string, string | undefined>) => {
    const service = await startTestService(env);
    services.push(service);
    return service;
  };
  const usersOf = (service: TestService) =>
    service.db
      .collection('users')
      .find({ username: { $gt: '' } })
      .sort({ username: 1 })
      .toArray();

  afterEach(async () => {
    await services[0]?.db.dropDatabase();
    for (const service of services.splice(0)) await service.stop();
  });

  it("creates the administrator and the bot, in Rocket.Chat's form", async () => {
    const service = await start({
      ADMIN_USERNAME: 'root',
      ADMIN_PASS: 'secret',
      ADMIN_EMAIL: 'Root@example.org',
    });
    const [cat, root] = await usersOf(service);
    expect(cat).toMatchObject({ username: 'rocket.cat', _id: 'rocket.cat', type: 'bot', roles: ['bot'] });
    expect(root).toMatchObject({
      _id: expect.stringMatching(/^\w{17}$/),
      username: 'root',
      type: 'user',
      active: true,
      roles: ['admin'],
      emails: [{ address: 'root@example.org', verified: true }],
      createdAt: expect.any(Date),
    });
    const hash: string = root?.services.password.bcrypt;
    expect(hash).toMatch(/^\$2[aby]\$10\$/);
    expect(compareSync(sha256Hex('secret'), hash)).toBe(true);
    expect(service.bootstrap.generatedPassword).toBeUndefined();
  });

  it('generates a password if none is given, and reveals it once', async () => {
    const mongoUrl = freshDatabaseUrl();
    const env = { MONGO_URL: mongoUrl, ADMIN_USERNAME: 'root', ADMIN_PASS: undefined };
    const password = (await start(env)).bootstrap.generatedPassword ?? '';
    expect(password).toMatch(/^[\w-]{20}$/);
    const second = await start(env);
    expect(second.bootstrap.generatedPassword).toBeUndefined();
    expect((await logIn(second.app, 'root', password)).authToken).toBeDefined();
  });

  it('makes the administrator an agent, who is online until they say otherwise', async () => {
    const { app } = await start({ TEST_MODE: 'false' });
    const visitor = apiClient(app);
    const openRoom = async (token: string) => {
      await visitor.post('livechat/visitor', { visitor: { token } });
      return (await visitor.get('livechat/room', { token })).body;
    };
    expect((await openRoom('early')).room.servedBy.username).toBe(adminUsername);
    await (await clientOf(app)).post('users.setStatus', { status: 'offline' });
    expect((await openRoom('late')).error).toBe('Sorry, no online agents [no-agent-online]');
  });

  it.each([
    ['on the database of a Rocket.Chat', { TEST_MODE: 'false' }, ['uniqueID']],
    ["for Rocket.Chat's own suite", { TEST_MODE: 'true' }, []],
  ])('makes the administrator no agent %s', async (_, env, settings) => {
    const mongoUrl = freshDatabaseUrl();
    const client = await new MongoClient(mongoUrl).connect();
    for (const _id of settings) await collection(client.db(), 'settings').insertOne({ _id, value: 'x' });
    await client.close();
    const [, administrator] = await usersOf(await start({ MONGO_URL: mongoUrl, ...env }));
    expect(administrator).toMatchObject({ roles: ['admin'], status: 'offline' });
  });

  it('creates one administrator and one bot, even if several instances start at once', async () => {
    const mongoUrl = freshDatabaseUrl();
    const env = { MONGO_URL: mongoUrl, ADMIN_USERNAME: 'root', ADMIN_PASS: undefined };
    const all = await Promise.all(Array.from({ length: 4 }, () => start(env)));
    const [first] = all;
    if (!first) throw new Error('nothing was started');
    expect((await usersOf(first)).map(({ username }) => username)).toEqual(['rocket.cat', 'root']);
    const passwords = all.flatMap(({ bootstrap }) => bootstrap.generatedPassword ?? []);
    expect(passwords).toHaveLength(1);
    expect(all.map(({ bootstrap }) => bootstrap.adminAddressTaken)).not.toContain(true);
    for (const { app } of all) await logIn(app, 'root', passwords[0]);
  });

  it('creates no administrator if there is one, or if a user has the name', async () => {
    const mongoUrl = freshDatabaseUrl();
    const first = await start({ MONGO_URL: mongoUrl, ADMIN_USERNAME: 'root' });
    const other = await start({ MONGO_URL: mongoUrl, ADMIN_USERNAME: 'other', ADMIN_PASS: undefined });
    expect(other.bootstrap.generatedPassword).toBeUndefined();
    expect((await usersOf(first)).map(({ username }) => username)).toEqual(['rocket.cat', 'root']);
    await first.db.collection('users').updateOne({ username: 'root' }, { $set: { roles: ['user'] } });
    await start({ MONGO_URL: mongoUrl, ADMIN_USERNAME: 'root' });
    const root = await first.db.collection('users').findOne({ username: 'root' });
    expect(root?.roles).toEqual(['user']);
  });

  it('says that there is no administrator if a user has their address', async () => {
    const mongoUrl = freshDatabaseUrl();
    const first = await start({ MONGO_URL: mongoUrl });
    await first.db.collection('users').deleteMany({ username: { $gt: '' } });
    await storeUsers(first.db, rocketChatUser('ann'));
    const env = { MONGO_URL: mongoUrl, ADMIN_EMAIL: 'ann@example.org', LOG_LEVEL: 'silent' };
    expect((await start(env)).bootstrap).toEqual({ adminAddressTaken: true, generatedPassword: undefined });
  });
});

describe('the users of a Rocket.Chat', () => {
  let service: TestService;
  let before: string;
  const mongoUrl = freshDatabaseUrl();
  const boss = rocketChatUser('boss', { roles: ['admin'] });
  const bare = { _id: 'aB3dE5gH7jK9mN2pQ', username: 'bare', services: boss.services };
  const everything = async () => {
    const collections = ['users', 'rocketchat_permissions', 'rocketchat_settings', 'rocketchat_roles'];
    const all = collections.map((name) =>
      service.db
        .collection<{ _id: string }>(name)
        .find({ _id: { $gte: '' } })
        .sort({ _id: 1 })
        .toArray(),
    );
    return JSON.stringify(await Promise.all(all));
  };

  beforeAll(async () => {
    // A database as Rocket.Chat leaves it, with its own indexes and without one of the service's.
    service = await startTestService({ MONGO_URL: mongoUrl });
    await service.db.dropDatabase();
    const users = service.db.collection('users');
    await users.createIndex({ username: 1 }, { unique: true, sparse: true });
    await users.createIndex({ 'emails.address': 1 }, { unique: true, sparse: true });
    const cat = {
      _id: 'rocket.cat',
      username: 'rocket.cat',
      name: 'Rocket.Cat',
      type: 'bot',
      roles: ['bot'],
    };
    const visitorLike = { _id: 'noNameNoAddress17', type: 'user' };
    const asAgent = {
      roles: ['user', 'livechat-agent', 'custom'],
      statusLivechat: 'available',
      operator: true,
    };
    await storeUsers(service.db, boss, bare, cat, visitorLike, rocketChatUser('agent', asAgent));
    await collection(service.db, 'permissions').insertMany([
      { _id: 'view-l-room', roles: ['custom'] },
      { _id: 'view-privileged-setting', roles: ['custom'] },
      { _id: 'broken' },
    ]);
    await collection(service.db, 'settings').insertMany([
      { _id: 'API_Default_Count', value: 3 },
      { _id: 'Livechat_history_monitor_type' },
    ]);
    before = await everything();
    await service.stop();
    service = await startTestService({ MONGO_URL: mongoUrl, ADMIN_PASS: 'not used' });
  });
  afterAll(async () => {
    await service.db.dropDatabase();
    await service.stop();
  });

  it('are not changed by a start', async () => {
    expect(await everything()).toBe(before);
    expect(service.bootstrap).toEqual({ adminAddressTaken: false, generatedPassword: undefined });
  });

  it('log in with their passwords, even if their documents lack most fields', async () => {
    expect((await logIn(service.app, 'boss')).userId).toBe(boss._id);
    const client = apiClient(service.app).as(await logIn(service.app, 'bare', 'boss'));
    const me = await client.get('me');
    expect(me.body).toMatchObject({ _id: bare._id, roles: [] });
    expect((await client.get('livechat/department')).status).toBe(403);
  });

  it('have the permissions and settings of the workspace', async () => {
    const agent = await clientOf(service.app, 'agent');
    expect((await agent.get('livechat/department')).status).toBe(200);
    expect((await agent.get('settings/API_Default_Count')).body.value).toBe(3);
    expect((await agent.get('settings/Livechat_history_monitor_type')).body.value).toBe('url');
    const admin = await clientOf(service.app, 'boss');
    expect((await admin.get('settings/API_Default_Count')).status).toBe(403);
  });

  it("keep Rocket.Chat's indexes, and the service's have different names", async () => {
    const names = (await service.db.collection('users').indexes()).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['_id_', 'username_1', 'emails.address_1', 'foyer_username']),
    );
  });
});
