import { clientOf } from '../../support/accounts.ts';
import { type ApiClient, errorOf } from '../../support/client.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';
import { rocketChatUser, storeUsers } from '../../support/users.ts';

describe('POST permissions.update', () => {
  let service: TestService;
  let admin: ApiClient;
  let agent: ApiClient;
  const update = (...permissions: object[]) => admin.post('permissions.update', { permissions });
  const stored = (_id: string) =>
    service.db.collection<{ _id: string; roles: string[] }>('rocketchat_permissions').findOne({ _id });

  beforeAll(async () => {
    service = await startTestService();
    await storeUsers(service.db, rocketChatUser('agent', { roles: ['user', 'livechat-agent'] }));
    admin = await clientOf(service.app);
    agent = await clientOf(service.app, 'agent');
  });
  afterAll(() => service.stop());

  it('takes effect with the next request', async () => {
    expect((await agent.get('livechat/department')).status).toBe(200);
    await update({ _id: 'view-l-room', roles: ['admin'] });
    const refused = await agent.get('livechat/department');
    expect(refused.status).toBe(403);
    expect(refused.text).toBe(
      '{"success":false,"error":"User does not have the permissions required for this action [error-unauthorized]"}',
    );
    await update({ _id: 'view-l-room', roles: ['admin', 'livechat-agent'] });
    expect((await agent.get('livechat/department')).status).toBe(200);
  });

  it('returns all permissions, including the changed one, and stores it in Rocket.Chat’s form', async () => {
    const answer = await update({ _id: 'view-livechat-rooms', roles: ['admin', 'livechat-manager'] });
    expect(answer.status).toBe(200);
    const { permissions } = answer.body;
    expect(permissions).toContainEqual(
      expect.objectContaining({ _id: 'view-livechat-rooms', roles: ['admin', 'livechat-manager'] }),
    );
    expect(permissions.map(({ _id }: { _id: string }) => _id)).toContain('access-permissions');
    expect(await stored('view-livechat-rooms')).toEqual({
      _id: 'view-livechat-rooms',
      roles: ['admin', 'livechat-manager'],
      _updatedAt: expect.any(Date),
    });
  });

  it('takes every permission of Rocket.Chat’s, whether the service asks for it or not', async () => {
    const grants = [
      { _id: 'view-livechat-real-time-monitoring', roles: ['admin'] },
      { _id: 'mention-all', roles: ['admin', 'owner', 'moderator', 'user', 'federated-external'] },
    ];
    const answer = await update(...grants);
    expect(answer.status).toBe(200);
    for (const grant of grants)
      expect(answer.body.permissions).toContainEqual(expect.objectContaining(grant));
    expect(answer.body.permissions).toContainEqual({
      ...{ _id: 'archive-room', roles: ['admin', 'owner'], _updatedAt: new Date(0).toISOString() },
    });
  });

  it('removes a permission from everyone with an empty list', async () => {
    await update({ _id: 'manage-livechat-departments', roles: [] });
    expect((await admin.post('livechat/department', {})).status).toBe(403);
    await update({ _id: 'manage-livechat-departments', roles: ['admin'] });
    expect((await admin.post('livechat/department', {})).status).toBe(400);
  });

  it('refuses unknown permissions and roles without changing anything', async () => {
    const permission = await update(
      { _id: 'view-l-room', roles: [] },
      { _id: 'view-everything', roles: ['admin'] },
    );
    expect(permission.status).toBe(400);
    expect(permission.body).toMatchObject({
      error: 'Invalid permission',
      errorType: 'error-invalid-permission',
    });
    const role = await update({ _id: 'view-l-room', roles: ['admin', 'wizard'] });
    expect(role.status).toBe(400);
    expect(role.body).toMatchObject({ error: 'Invalid role', errorType: 'error-invalid-role' });
    expect((await agent.get('livechat/department')).status).toBe(200);
  });

  it('knows the roles and permissions of the workspace', async () => {
    await service.db.collection<{ _id: string }>('rocketchat_roles').insertOne({ _id: 'wizard' });
    const spell = { _id: 'cast-a-spell', roles: ['admin'] };
    await service.db.collection<{ _id: string }>('rocketchat_permissions').insertOne(spell);
    await update({ _id: 'view-l-room', roles: ['admin', 'livechat-agent', 'wizard'] });
    const answer = await update({ _id: 'cast-a-spell', roles: ['wizard'] });
    expect(answer.status).toBe(200);
    expect((await stored('cast-a-spell'))?.roles).toEqual(['wizard']);
  });

  it.each([
    ['no permissions', {}],
    ['an empty list', { permissions: [] }],
    ['a permission without roles', { permissions: [{ _id: 'view-l-room' }] }],
    ['an operator as permission', { permissions: [{ _id: { $ne: '' }, roles: [] }] }],
    ['an operator as role', { permissions: [{ _id: 'view-l-room', roles: [{ $ne: '' }] }] }],
    ['a key too many', { permissions: [{ _id: 'view-l-room', roles: [], _updatedAt: 1 }] }],
    ['a prototype key', { permissions: [{ _id: '__proto__', roles: [] }] }],
    ['a name of an object', { permissions: [{ _id: 'constructor', roles: [] }] }],
  ])('refuses %s', async (_what, body) => {
    expect((await admin.post('permissions.update', body)).status).toBe(400);
  });

  it('is for those with access-permissions', async () => {
    const answer = await agent.post('permissions.update', {
      permissions: [{ _id: 'view-l-room', roles: [] }],
    });
    expect(answer.status).toBe(403);
  });
});

describe('GET permissions.listAll', () => {
  const { admin, anyone, outsider } = useService();

  it('tells everyone who is logged in which roles hold what, and what has changed since a time', async () => {
    const all = (await outsider.get('permissions.listAll')).body;
    expect(all).toMatchObject({ remove: [], success: true });
    expect(all.update).toContainEqual({
      ...{ _id: 'archive-room', roles: ['admin', 'owner'], _updatedAt: new Date(0).toISOString() },
    });
    await admin.post('permissions.update', { permissions: [{ _id: 'archive-room', roles: ['admin'] }] });
    const since = { updatedSince: '2018-11-27T13:52:01Z' };
    expect((await outsider.get('permissions.listAll', since)).body.update).toEqual([
      { _id: 'archive-room', roles: ['admin'], _updatedAt: expect.any(String) },
    ]);
    expect((await anyone.get('permissions.listAll')).status).toBe(401);
    expect(await errorOf(outsider.get('permissions.listAll', { updatedSince: 'soon' }))).toBe(
      '400 The "updatedSince" query parameter must be a valid date. [error-updatedSince-param-invalid]',
    );
  });
});
