import { clientOf, logIn } from '../../support/accounts.ts';
import { type ApiClient, errorOf } from '../../support/client.ts';
import { withSetting } from '../../support/conversations.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { rocketChatUser, storeUsers } from '../../support/users.ts';

describe('POST users.create', () => {
  let service: TestService;
  let admin: ApiClient;
  const bob = { name: 'Bob', email: 'Bob@example.org', username: 'bob', password: 'secret' };
  const create = (more: object) => admin.post('users.create', { ...bob, ...more });
  const countNamed = (username: string) => service.db.collection('users').countDocuments({ username });

  beforeAll(async () => {
    service = await startTestService();
    await storeUsers(service.db, rocketChatUser('clerk', { roles: ['clerk'] }), rocketChatUser('ann'));
    admin = await clientOf(service.app);
  });
  afterAll(() => service.stop());

  it('creates a user who can log in, and shows them without credentials', async () => {
    const answer = await create({});
    expect(answer.status).toBe(200);
    expect(answer.body.user).toMatchObject({
      _id: expect.stringMatching(/^\w{17}$/),
      username: 'bob',
      name: 'Bob',
      emails: [{ address: 'bob@example.org', verified: false }],
      type: 'user',
      active: true,
      roles: ['user'],
    });
    expect(answer.text).not.toMatch(/services|bcrypt|\$2/);
    expect((await logIn(service.app, 'bob', 'secret')).userId).toBe(answer.body.user._id);
  });

  it('keeps the custom fields that the site has defined', async () => {
    const definitions = {
      team: { type: 'text', required: true, minLength: 2, maxLength: 10 },
      floor: { type: 'select', options: ['1', '2'] },
    };
    await withSetting(admin, 'Accounts_CustomFields', JSON.stringify(definitions), async () => {
      const zoe = { username: 'zoe', email: 'zoe@example.org' };
      for (const [customFields, reason] of [
        [{ floor: '1' }, 'Field team is required'],
        [{ team: ' ', floor: '1' }, 'Field team is required'],
        [{ team: 'a', floor: '1' }, 'Min length of field team 2'],
        [{ team: 'much too long', floor: '1' }, 'Max length of field team 10'],
        [{ team: 'sales', floor: '3' }, 'Value for field floor is invalid'],
        [{ team: ['sales'], floor: '1' }, 'Value for field team is invalid'],
      ] as const) {
        const { status, body } = await create({ ...zoe, customFields });
        const code = 'error-user-registration-custom-field';
        expect({ status, body }).toMatchObject({
          status: 400,
          body: { error: `${reason} [${code}]`, errorType: code, details: { method: 'registerUser' } },
        });
      }
      const fitting = { team: 'sales', floor: '2' };
      const { user } = (await create({ ...zoe, customFields: { ...fitting, hobby: 'chess' } })).body;
      expect(user.customFields).toEqual(fitting);
      expect((await admin.get('users.info', { userId: user._id })).body.user.customFields).toEqual(fitting);
    });
  });

  it('says so if the site’s definitions of custom fields cannot be read', async () => {
    for (const definitions of ['{', '"text"', '{"team":7}'])
      await withSetting(admin, 'Accounts_CustomFields', definitions, async () => {
        const sent = { username: 'kim', email: 'kim@example.org', customFields: { team: 'sales' } };
        expect((await create(sent)).body.error).toBe(
          'Invalid JSON for Custom Fields [error-invalid-customfield-json]',
        );
      });
  });

  it('gives the default roles to whoever is created without any', async () => {
    const id = 'Accounts_Registration_Users_Default_Roles';
    await withSetting(admin, id, 'user, livechat-agent', async () => {
      const sent = { username: 'gwen', email: 'gwen@example.org' };
      expect((await create(sent)).body.user.roles).toEqual(['user', 'livechat-agent']);
    });
  });

  it('gives nobody a name that is blocked, in any case', async () => {
    const blocked = (username: string) => errorOf(create({ username, email: 'mallory@example.org' }));
    for (const name of ['admin', 'System'])
      expect(await blocked(name)).toBe(`400 ${name} is blocked and can't be used! [error-blocked-username]`);
    await withSetting(admin, 'Accounts_BlockedUsernameList', 'root, support', async () => {
      expect(await blocked('support')).toMatch('error-blocked-username');
    });
    expect(await blocked('support')).toBe('200 undefined');
  });

  it('creates a user who must wait to be activated, or choose another password', async () => {
    const sent = { username: 'gil', email: 'gil@example.org', active: false, requirePasswordChange: true };
    const { user } = (await create(sent)).body;
    expect(user).toMatchObject({ active: false, requirePasswordChange: true });
    await expect(logIn(service.app, 'gil', 'secret')).rejects.toThrow('error-user-is-not-activated');
    expect((await create({ username: 'g'.repeat(80), email: 'g80@example.org' })).status).toBe(200);
  });

  it('refuses a name or address that is in use, and changes nothing', async () => {
    await create({ username: 'carl', email: 'carl@example.org' });
    const name = await create({ username: 'carl', email: 'other@example.org' });
    expect(name.status).toBe(400);
    expect(name.body).toMatchObject({
      error: 'carl is already in use :( [error-field-unavailable]',
      errorType: 'error-field-unavailable',
    });
    const address = await create({ username: 'karl', email: 'CARL@example.org' });
    expect(address.status).toBe(400);
    expect(address.body).toMatchObject({
      error: 'CARL@example.org is already in use :( [error-field-unavailable]',
      errorType: 'error-field-unavailable',
    });
    expect(await countNamed('karl')).toBe(0);
  });

  it('creates one of several simultaneous users with one name', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) => create({ username: 'dora', email: `dora${i}@example.org` })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(5);
    expect(await countNamed('dora')).toBe(1);
  });

  it('refuses a name that differs from another only in case, from any user there has been', async () => {
    await storeUsers(service.db, rocketChatUser('Berta.K'));
    for (const username of ['berta.k', 'BERTA.K', 'Berta.K']) {
      const answer = await create({ username, email: 'berta2@example.org' });
      expect(answer.status).toBe(400);
      expect(answer.body.error).toBe(`${username} is already in use :( [error-field-unavailable]`);
    }
    expect((await create({ username: 'bertaXk', email: 'berta3@example.org' })).status).toBe(200);
    expect((await create({ username: 'erta.k', email: 'berta4@example.org' })).status).toBe(200);
  });

  it('creates one of several simultaneous users whose names differ only in case, on two instances', async () => {
    const other = await startTestService({ MONGO_URL: service.mongoUrl });
    try {
      const there = await clientOf(other.app);
      const names = ['olga', 'Olga', 'OLGA', 'oLga', 'olGa', 'olgA'];
      const answers = await Promise.all(
        names.map((username, i) =>
          (i % 2 ? admin : there).post('users.create', { ...bob, username, email: `${i}olga@example.org` }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400]);
      const [created] = answers.filter(({ status }) => status === 200);
      const stored = service.db.collection<{ _id: string }>('users').find({ username: { $in: names } });
      expect((await stored.toArray()).map(({ _id }) => _id)).toEqual([created?.body.user._id]);
    } finally {
      await other.stop();
    }
  });

  it('gives a name that a renamed user has left to another user, under another id', async () => {
    const { user } = (await create({ username: 'paula', email: 'paula@example.org' })).body;
    const users = service.db.collection<{ _id: string }>('users');
    await users.updateOne({ _id: user._id }, { $set: { username: 'paula.b' } });
    const answers = await Promise.all(
      ['paula', 'Paula'].map((username, i) => create({ username, email: `paula${i}@example.org` })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect(await users.countDocuments({ username: { $in: ['paula', 'Paula'] } })).toBe(1);
    expect(await users.findOne({ _id: user._id })).toMatchObject({ username: 'paula.b' });
  });

  it('gives a name to the next request, if the first one failed for its address', async () => {
    expect((await create({ username: 'rosa', email: 'bob@example.org' })).status).toBe(400);
    expect((await create({ username: 'Rosa', email: 'rosa@example.org' })).status).toBe(200);
  });

  it.each([
    ['no name', { name: undefined }],
    ['no password', { password: undefined }],
    ['an operator as password', { password: { $gt: '' } }],
    ['an operator as user name', { username: { $gt: '' } }],
    ['an empty user name', { username: '' }],
    ['a user name of more than 80 characters', { username: 'e'.repeat(81) }],
    ['a user name with a blank', { username: 'bob b' }],
    ['a user name with an @', { username: 'bob@example.org' }],
    ['an address that is none', { email: 'bob' }],
    ['a role that does not exist', { roles: ['wizard'] }],
    ['an operator as role', { roles: [{ $ne: '' }] }],
  ])('refuses %s', async (_what, wrong) => {
    const answer = await create({ username: 'eve', email: 'eve@example.org', ...wrong });
    expect(answer.status).toBe(400);
    expect(await countNamed('eve')).toBe(0);
  });

  it('is for those with create-user, who cannot create administrators', async () => {
    const ann = await clientOf(service.app, 'ann');
    expect((await ann.post('users.create', { ...bob, username: 'x' })).status).toBe(403);
    await service.db.collection<{ _id: string }>('rocketchat_roles').insertOne({ _id: 'clerk' });
    await admin.post('permissions.update', {
      permissions: [{ _id: 'create-user', roles: ['admin', 'clerk'] }],
    });
    const clerk = await clientOf(service.app, 'clerk');
    const frank = { ...bob, username: 'frank', email: 'frank@example.org' };
    const refused = await clerk.post('users.create', { ...frank, roles: ['admin'] });
    expect(refused.status).toBe(400);
    expect(refused.body.errorType).toBe('error-action-not-allowed');
    await withSetting(admin, 'Accounts_Registration_Users_Default_Roles', 'admin', async () => {
      expect((await clerk.post('users.create', frank)).status).toBe(400);
    });
    expect((await clerk.post('users.create', frank)).status).toBe(200);
  });
});
