import type { UserWithCredentials } from '../../../src/domain/accounts/user.ts';
import { logIn } from '../../support/accounts.ts';
import { apiClient } from '../../support/client.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { rocketChatUser, storedTokenHash, storeUsers } from '../../support/users.ts';

const dayMs = 86_400_000;

describe('tokens', () => {
  let service: TestService;
  // Far ahead: by its own clock, the database removes what is old.
  let now = new Date('2096-03-01T12:00:00Z');
  const ann = rocketChatUser('ann', { roles: ['admin'] });
  const meStatus = async (authToken: string, userId = ann._id) =>
    (await apiClient(service.app).as({ userId, authToken }).get('me')).status;
  const resume = (token: string) => apiClient(service.app).post('login', { resume: token });
  const later = (ms: number) => {
    now = new Date(now.getTime() + ms);
  };

  beforeAll(async () => {
    service = await startTestService({}, { clock: () => now });
    const personal = {
      hashedToken: storedTokenHash('a personal token'),
      type: 'personalAccessToken',
      createdAt: new Date('2019-05-04T03:02:01Z'),
      lastTokenPart: ' token',
      name: 'bot',
      bypassTwoFactor: true,
    };
    const { services } = ann;
    await storeUsers(service.db, { ...ann, services: { ...services, resume: { loginTokens: [personal] } } });
  });
  afterAll(() => service.stop());

  it('resume a login, and stay the same', async () => {
    const { authToken } = await logIn(service.app, 'ann');
    const answer = await resume(authToken);
    expect(answer.status).toBe(200);
    expect(answer.body.data).toMatchObject({ authToken, userId: ann._id, me: { username: 'ann' } });
  });

  it('do not resume a login if nobody has them', async () => {
    const answer = await resume('no such token');
    expect(answer.status).toBe(401);
    expect(answer.body.error).toBe(403);
  });

  it('expire after 90 days, and are removed at the next login', async () => {
    const { authToken } = await logIn(service.app, 'ann');
    later(89 * dayMs);
    expect(await meStatus(authToken)).toBe(200);
    later(2 * dayMs);
    expect(await meStatus(authToken)).toBe(401);
    const answer = await resume(authToken);
    expect(answer.body.message).toBe('Your session has expired. Please log in again.');
    await logIn(service.app, 'ann');
    const user = await service.db.collection<UserWithCredentials>('users').findOne({ _id: ann._id });
    const hashes = user?.services?.resume?.loginTokens?.map(({ hashedToken }) => hashedToken);
    expect(hashes).not.toContain(storedTokenHash(authToken));
    expect(hashes).toContain(storedTokenHash('a personal token'));
  });

  it('expire after the days in Accounts_LoginExpiration; nonsense means 90', async () => {
    const { authToken } = await logIn(service.app, 'ann');
    const client = apiClient(service.app).as({ userId: ann._id, authToken: 'a personal token' });
    await client.post('settings/Accounts_LoginExpiration', { value: 7 });
    later(8 * dayMs);
    expect(await meStatus(authToken)).toBe(401);
    await client.post('settings/Accounts_LoginExpiration', { value: -1 });
    expect(await meStatus(authToken)).toBe(200);
  });

  it('beyond the maximum are revoked at once, even if just used', async () => {
    const oldest = 'the oldest of fifty';
    const ted = rocketChatUser('ted');
    const loginTokens = Array.from({ length: 50 }, (_, index) => ({
      hashedToken: storedTokenHash(index === 0 ? oldest : `token ${index}`),
      when: new Date(now.getTime() - (100 - index) * 1000),
    }));
    await storeUsers(service.db, { ...ted, services: { ...ted.services, resume: { loginTokens } } });
    expect(await meStatus(oldest, ted._id)).toBe(200);
    await logIn(service.app, 'ted');
    expect(await meStatus(oldest, ted._id)).toBe(401);
    expect(await meStatus('token 1', ted._id)).toBe(200);
  });

  it('do not resume a login for a user who was deactivated', async () => {
    await storeUsers(service.db, rocketChatUser('gone'));
    const { authToken } = await logIn(service.app, 'gone');
    await service.db.collection('users').updateOne({ username: 'gone' }, { $set: { active: false } });
    expect((await resume(authToken)).body.message).toBe('User is not activated');
  });

  it('never expire if they are personal access tokens', async () => {
    later(3650 * dayMs);
    expect(await meStatus('a personal token')).toBe(200);
  });

  it('belong to one user, and are invalid with another user’s id', async () => {
    const bob = rocketChatUser('bob');
    await storeUsers(service.db, bob);
    expect(await meStatus('a personal token', bob._id)).toBe(401);
    expect(await meStatus('a personal token')).toBe(200);
    expect(await meStatus('a personal token', bob._id)).toBe(401);
  });

  it('do not let in a user who has not chosen a name yet', async () => {
    const loginTokens = [{ hashedToken: storedTokenHash('nameless token'), when: now }];
    const nameless = { _id: 'namelessNameless1', roles: ['admin'], services: { resume: { loginTokens } } };
    await storeUsers(service.db, nameless);
    const client = apiClient(service.app).as({ userId: nameless._id, authToken: 'nameless token' });
    const answer = await client.get('livechat/department');
    expect(answer.status).toBe(403);
    expect(answer.body.error).toBe('Users must have a username [error-unauthorized]');
  });

  it('require both headers', async () => {
    for (const alone of [{ 'X-Auth-Token': 'a personal token' }, { 'X-User-Id': ann._id }]) {
      const answer = await apiClient(service.app, { ...alone }).get('me');
      expect(answer.status).toBe(401);
      expect(answer.text).toBe(
        '{"success":false,"error":"You must be logged in to do this.","status":"error","message":"You must be logged in to do this."}',
      );
    }
  });
});
