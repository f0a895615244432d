import { generateSync } from 'otplib';
import { clientOf } from '../../support/accounts.ts';
import { apiClient } from '../../support/client.ts';
import { withSetting } from '../../support/conversations.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { insertUser, rocketChatUser, storedTokenHash, storeUsers } from '../../support/users.ts';

describe('a user with an authenticator app', () => {
  let service: TestService;
  // The secret and the codes of RFC 6238, appendix B, shortened to the six digits that apps show.
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  let now = new Date(1_111_111_109_000);
  const code = '081804';
  const withApp = () => ({ services: { totp: { enabled: true, secret } } });
  const forgetUsedCodes = () => service.db.collection('foyer_used_login_code').deleteMany({});
  const login = (more: object = {}, headers: Record<string, string> = {}) =>
    apiClient(service.app, headers).post('login', { user: 'ann', password: 'ann', ...more });

  beforeAll(async () => {
    service = await startTestService({}, { clock: () => now });
    await storeUsers(service.db, rocketChatUser('ann', withApp()));
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    now = new Date(1_111_111_109_000);
    await forgetUsedCodes();
  });

  it('is asked for the code, once the password is right', async () => {
    const answer = await login();
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({
      success: false,
      error: 'totp-required',
      status: 'error',
      message: 'TOTP Required',
      details: { method: 'totp', availableMethods: ['totp'] },
    });
    expect((await login({ password: 'wrong' })).body.message).toBe('Incorrect password');
  });

  it('logs in with the code in the body or in a header', async () => {
    expect((await login({ code })).status).toBe(200);
    await forgetUsedCodes();
    expect((await login({}, { 'X-2fa-Code': code, 'X-2fa-Method': 'totp' })).status).toBe(200);
  });

  it('logs in once with a code, however many try at once', async () => {
    // The database removes used codes that are older than two hours by its own clock.
    now = new Date();
    const current = generateSync({ secret, epoch: now.getTime() / 1000 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => login({ code: current })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
    expect(answers.find(({ status }) => status === 401)?.body.error).toBe('totp-invalid');
    now = new Date(now.getTime() + 30_000);
    expect((await login({ code: current })).body.error).toBe('totp-invalid');
  });

  it('is locked out after ten wrong codes, however many are tried at once', async () => {
    await storeUsers(service.db, rocketChatUser('eve', withApp()));
    // Eight are looked at at a time, and whoever waits for five seconds gets 503.
    const guess = (n: number) => login({ user: 'eve', password: 'eve', code: String(n).padStart(6, '0') });
    const answers = await Promise.all(Array.from({ length: 25 }, (_, n) => guess(n)));
    const tried = answers.filter(({ body }) => body.error === 'totp-invalid').length;
    expect(tried).toBeLessThanOrEqual(10);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    // A replica set may store them all before it counts any, and then none is tried.
    for (let n = tried; n < 10; n += 1) expect((await guess(n)).body.error).toBe('totp-invalid');
    expect((await guess(10)).body.error).toBe('error-login-blocked-for-user');
  });

  it.each(['late', 'early'])('may be half a minute %s, not more', async (way) => {
    const halfMinuteMs = way === 'late' ? 30_000 : -30_000;
    now = new Date(now.getTime() + halfMinuteMs);
    expect((await login({ code })).status).toBe(200);
    await forgetUsedCodes();
    now = new Date(now.getTime() + halfMinuteMs);
    expect((await login({ code })).body.error).toBe('totp-invalid');
  });

  it.each(['000000', '', 'abcdef', '81804', '081804 '])('is refused with %j', async (wrong) => {
    const answer = await login({ code: wrong });
    expect(answer.status).toBe(401);
    expect(answer.body.error).toBe(wrong === '' ? 'totp-required' : 'totp-invalid');
  });

  it('cannot be probed with a MongoDB operator', async () => {
    expect((await login({ code: { $gt: '' } })).body.message).toBe('Match failed');
  });

  it('is locked out by wrong codes just as by wrong passwords', async () => {
    const failures = () =>
      service.db
        .collection('rocketchat_server_events')
        .countDocuments({ t: 'failed-login-attempt', 'u.username': 'ann' });
    const before = await failures();
    await login({ code: '000000' });
    expect(await failures()).toBe(before + 1);
  });

  it('may have a secret with base32 padding', async () => {
    const bob = rocketChatUser('bob');
    const totp = { enabled: true, secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ======' };
    await storeUsers(service.db, { ...bob, services: { ...bob.services, totp } });
    expect((await login({ user: 'bob', password: 'bob', code })).status).toBe(200);
  });

  it('needs no code to resume a login, or if second factors are off', async () => {
    const { authToken } = (await login({ code })).body.data;
    expect((await apiClient(service.app).post('login', { resume: authToken })).status).toBe(200);
    await service.deps.settings.set('Accounts_TwoFactorAuthentication_Enabled', false, now);
    expect((await login()).status).toBe(200);
    await service.deps.settings.set('Accounts_TwoFactorAuthentication_Enabled', true, now);
  });
});

describe('a user to whom Rocket.Chat sends codes by e-mail', () => {
  let service: TestService;
  const mailed = { services: { email2fa: { enabled: true } } };
  const login = (user: string) => apiClient(service.app).post('login', { user, password: user });
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  it('is refused by name with the right password, and may try again as often as they like', async () => {
    await storeUsers(service.db, rocketChatUser('mia', mailed));
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const { status, body } = await login('mia');
      expect(status).toBe(401);
      expect(body).toMatchObject({
        success: false,
        error: 'error-two-factor-by-email-not-supported',
        status: 'error',
        message: expect.stringContaining('code sent by e-mail'),
      });
    }
    expect((await apiClient(service.app).post('login', { user: 'mia', password: 'no' })).body.error).toBe(
      403,
    );
  });

  it('goes on with their tokens', async () => {
    const credentials = await insertUser(service, {
      services: {
        ...mailed.services,
        resume: { loginTokens: [{ hashedToken: storedTokenHash('of-mia'), when: new Date() }] },
      },
    });
    const own = { ...credentials, authToken: 'of-mia' };
    const answer = await apiClient(service.app).as(own).get('me');
    expect(answer.status).toBe(200);
    expect(answer.body.services.email2fa).toEqual({ enabled: true });
    const resumed = await apiClient(service.app).post('login', { resume: 'of-mia' });
    expect(resumed.status).toBe(200);
  });

  it('logs in where the workspace has codes by e-mail, or all second factors, switched off', async () => {
    await storeUsers(service.db, rocketChatUser('nora', mailed));
    const admin = await clientOf(service.app);
    for (const id of [
      'Accounts_TwoFactorAuthentication_By_Email_Enabled',
      'Accounts_TwoFactorAuthentication_Enabled',
    ]) {
      expect((await login('nora')).status).toBe(401);
      await withSetting(admin, id, false, async () => expect((await login('nora')).status).toBe(200));
    }
  });

  it('logs in while no address of theirs is verified', async () => {
    const emails = [{ address: 'olaf@example.org', verified: false }];
    await storeUsers(service.db, rocketChatUser('olaf', { ...mailed, emails }));
    expect((await login('olaf')).status).toBe(200);
  });

  it('is asked for the code of their authenticator app, if they have one', async () => {
    const services = {
      ...mailed.services,
      totp: { enabled: true, secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
    };
    await storeUsers(service.db, rocketChatUser('pia', { services }));
    expect((await login('pia')).body.error).toBe('totp-required');
  });
});
