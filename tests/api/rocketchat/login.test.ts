import request from 'supertest';
import { logIn } from '../../support/accounts.ts';
import { apiClient } from '../../support/client.ts';
import { adminUsername, startTestService, type TestService } from '../../support/service.ts';
import { rocketChatUser, sha256Hex, storedTokenHash, storeUsers } from '../../support/users.ts';

describe('POST login', () => {
  let service: TestService;
  const login = (body: unknown) => apiClient(service.app).post('login', body);
  const userNamed = (username: string) => service.db.collection('users').findOne({ username });

  beforeAll(async () => {
    service = await startTestService();
    await storeUsers(service.db, rocketChatUser('ann'), rocketChatUser('off', { active: false }));
  });
  afterAll(() => service.stop());

  it('returns a token that works where a user is needed', async () => {
    const answer = await login({ user: adminUsername, password: adminUsername });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body)).toEqual(['status', 'data', 'success']);
    expect(answer.body.data.authToken).toMatch(/^[\w-]{43}$/);
    expect(answer.body.data.me).toMatchObject({ username: adminUsername, roles: ['admin'] });
    const me = await apiClient(service.app).as(answer.body.data).get('me');
    expect(me.body.username).toBe(adminUsername);
  });

  it('stores the token as Rocket.Chat does: its hash and when it was made', async () => {
    const { authToken } = await logIn(service.app, 'ann');
    const user = await userNamed('ann');
    const token = user?.services.resume.loginTokens.find(
      (stored: { hashedToken: string }) => stored.hashedToken === storedTokenHash(authToken),
    );
    expect(token.when).toBeInstanceOf(Date);
    expect(user?.lastLogin).toBeInstanceOf(Date);
    expect(JSON.stringify(user)).not.toContain(authToken);
  });

  it('lets nobody in who has no password, such as users of another service', async () => {
    const { services: _, ...guest } = rocketChatUser('guest');
    await storeUsers(service.db, guest);
    const passwords = ['', 'guest', { digest: '', algorithm: 'sha-256' }];
    for (const password of passwords) expect((await login({ user: 'guest', password })).status).toBe(401);
  });

  it.each([
    ['a name', { user: 'ann', password: 'ann' }],
    ['an address as user', { user: 'ann@example.org', password: 'ann' }],
    ['an address in capitals', { user: 'Ann@Example.org', password: 'ann' }],
    ['username', { username: 'ann', password: 'ann' }],
    ['email', { email: 'ann@example.org', password: 'ann' }],
    ['a user object with a name', { user: { username: 'ann' }, password: 'ann' }],
    ['a user object with an address', { user: { email: 'ann@example.org' }, password: 'ann' }],
    ['a digest', { user: 'ann', password: { digest: sha256Hex('ann'), algorithm: 'sha-256' } }],
    ['a code beside the password', { user: 'ann', password: 'ann', code: '123456' }],
  ])('takes %s', async (_form, body) => {
    const answer = await login(body);
    expect(answer.status).toBe(200);
    expect(answer.body.data.me.username).toBe('ann');
  });

  it('accepts a form as well as JSON', async () => {
    const answer = await request(service.app)
      .post('/api/v1/login')
      .type('form')
      .send({ user: 'ann', password: 'ann' });
    expect(answer.status).toBe(200);
  });

  it('never shows the password hash', async () => {
    const answer = await login({ user: 'ann', password: 'ann' });
    expect(answer.text).not.toMatch(/bcrypt|\$2[aby]\$|services/);
  });

  it('reports a wrong password', async () => {
    const answer = await login({ user: 'ann', password: 'wrong' });
    expect(answer.status).toBe(401);
    expect(answer.text).toBe('{"success":false,"error":403,"status":"error","message":"Incorrect password"}');
  });

  it('reports an unknown user', async () => {
    const answer = await login({ user: 'nobody', password: 'ann' });
    expect(answer.status).toBe(401);
    expect(answer.text).toBe(
      '{"success":false,"error":"Unauthorized","status":"error","message":"Unauthorized"}',
    );
  });

  it('refuses an app’s user', async () => {
    await storeUsers(service.db, rocketChatUser('robot', { type: 'app' }));
    const answer = await login({ user: 'robot', password: 'robot' });
    expect(answer.status).toBe(401);
    expect(answer.body.error).toBe('error-app-user-is-not-allowed-to-login');
  });

  it('refuses a user who was deactivated, once the password is right', async () => {
    const right = await login({ user: 'off', password: 'off' });
    expect(right.status).toBe(401);
    expect(right.body.error).toBe('error-user-is-not-activated');
    const wrong = await login({ user: 'off', password: 'ann' });
    expect(wrong.body.message).toBe('Incorrect password');
  });

  it.each([
    ['nothing', {}],
    ['no password', { user: 'ann' }],
    ['no user', { password: 'ann' }],
    ['an operator as user', { user: { $gt: '' }, password: 'ann' }],
    ['an operator as name', { user: { username: { $gt: '' } }, password: 'ann' }],
    ['an operator as address', { email: { $ne: null }, password: 'ann' }],
    ['an operator as password', { user: 'ann', password: { $ne: '' } }],
    ['an operator as digest', { user: 'ann', password: { digest: { $ne: '' }, algorithm: 'sha-256' } }],
    ['another algorithm', { user: 'ann', password: { digest: sha256Hex('ann'), algorithm: 'md5' } }],
    ['a password in the legacy form', { user: 'ann', password: { hashed: sha256Hex('ann') } }],
    ['numbers', { user: 1, password: 2 }],
    ['two users', { user: 'ann', email: 'ann@example.org', password: 'ann' }],
    ['a key too many', { user: 'ann', password: 'ann', role: 'admin' }],
    ['a key too many in the user', { user: { username: 'ann', id: '1' }, password: 'ann' }],
    ['an operator to resume', { resume: { $ne: '' } }],
    ['something beside resume', { resume: 'token', user: 'ann' }],
    ['an array', ['ann', 'ann']],
    ['an empty name', { user: '', password: 'ann' }],
    ['an endless name', { user: 'n'.repeat(100_000), password: 'ann' }],
    ['a user lent by a prototype', JSON.parse('{"__proto__":{"user":"ann"},"password":"ann"}')],
  ])('refuses %s', async (_form, body) => {
    const answer = await login(body);
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ success: false, error: 400, status: 'error', message: 'Match failed' });
  });

  it('gives each of many simultaneous logins its own token, and all of them work', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => logIn(service.app, 'ann')));
    expect(new Set(answers.map(({ authToken }) => authToken)).size).toBe(8);
    for (const credentials of answers) {
      const me = await apiClient(service.app).as(credentials).get('me');
      expect(me.status).toBe(200);
    }
  });

  it('keeps fifty login tokens of a user and revokes the oldest; access tokens stay', async () => {
    const loginTokens = Array.from({ length: 60 }, (_, i) => ({
      hashedToken: storedTokenHash(`old ${i}`),
      when: new Date(Date.now() - (60 - i) * 60_000),
    }));
    const personal = { hashedToken: storedTokenHash('personal'), type: 'personalAccessToken', name: 'bot' };
    const user = rocketChatUser('many', {
      services: { resume: { loginTokens: [personal, ...loginTokens] } },
    });
    await storeUsers(service.db, {
      ...user,
      services: { ...rocketChatUser('many').services, ...user.services },
    });
    const credentials = await logIn(service.app, 'many');
    const stored = (await userNamed('many'))?.services.resume.loginTokens;
    expect(stored).toHaveLength(51);
    expect(stored[0]).toEqual(personal);
    for (const authToken of ['personal', 'old 59', credentials.authToken]) {
      const me = await apiClient(service.app).as({ userId: user._id, authToken }).get('me');
      expect(me.status).toBe(200);
    }
    const me = await apiClient(service.app).as({ userId: user._id, authToken: 'old 0' }).get('me');
    expect(me.status).toBe(401);
  });

  it('takes about as long for an unknown user as for a wrong password', async () => {
    const timed = async (user: string) => {
      const begin = performance.now();
      await login({ user, password: 'wrong' });
      return performance.now() - begin;
    };
    let [known, unknown] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let i = 0; i < 5; i += 1) {
      // The administrator's hash has the full cost, as those of all users made by the service.
      known = Math.min(known, await timed(adminUsername));
      unknown = Math.min(unknown, await timed('never seen'));
    }
    expect(unknown).toBeGreaterThan(known / 3);
    expect(known).toBeGreaterThan(unknown / 3);
  });
});
