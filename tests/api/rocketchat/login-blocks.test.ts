import { logIn } from '../../support/accounts.ts';
import { apiClient } from '../../support/client.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { rocketChatUser, storeUsers } from '../../support/users.ts';

const minuteMs = 60_000;

describe('repeated failures to log in', () => {
  let service: TestService;
  // Far ahead: by its own clock, the database removes what is old.
  let now = new Date('2096-03-01T12:00:00Z');
  const attempt = (ip: string, user: string, password: string) =>
    apiClient(service.app, { 'X-Real-IP': ip }).post('login', { user, password });
  const failTimes = async (times: number, ip: string, user: string) => {
    for (let i = 0; i < times; i += 1) expect((await attempt(ip, user, 'wrong')).status).toBe(401);
  };
  const set = async (id: string, value: unknown) =>
    service.deps.settings.set(`Block_Multiple_Failed_Logins_${id}`, value, now);

  beforeEach(async () => {
    service = await startTestService({ HTTP_FORWARDED_COUNT: '1' }, { clock: () => now });
    await storeUsers(service.db, rocketChatUser('ann'), rocketChatUser('bob'));
  });
  afterEach(() => service.stop());

  it('block the user for five minutes after the tenth, even with the right password and from another address', async () => {
    await failTimes(9, '10.0.0.1', 'ann');
    expect((await attempt('10.0.0.2', 'nobody', 'wrong')).body.error).toBe('Unauthorized');
    await failTimes(1, '10.0.0.1', 'ann');
    const blocked = await attempt('10.0.0.2', 'ann@example.org', 'ann');
    expect(blocked.status).toBe(401);
    expect(blocked.body).toEqual({
      success: false,
      error: 'error-login-blocked-for-user',
      status: 'error',
      message: 'Login has been temporarily blocked For User',
      details: { function: 'Accounts.validateLoginAttempt' },
    });
    expect((await attempt('10.0.0.1', 'bob', 'bob')).status).toBe(200);
    now = new Date(now.getTime() + 5 * minuteMs + 1);
    expect((await attempt('10.0.0.2', 'ann', 'ann')).status).toBe(200);
  });

  it('stop at the tenth, however many attempts there are at once and wherever they come from', async () => {
    const { mongoUrl: MONGO_URL } = service;
    const other = await startTestService({ MONGO_URL, HTTP_FORWARDED_COUNT: '1' }, { clock: () => now });
    const guess = ({ app }: TestService, n: number) =>
      apiClient(app, { 'X-Real-IP': `10.1.${n >> 7}.${n & 127}` }).post('login', {
        user: 'ann',
        password: `guess ${n}`,
      });
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, n) => guess(n % 2 ? service : other, n)),
    );
    await other.stop();
    const tried = answers.filter(({ body }) => body.message === 'Incorrect password');
    const blocked = answers.filter(({ body }) => body.error === 'error-login-blocked-for-user');
    const refused = answers.filter(({ status }) => status === 503);
    expect(tried.length).toBeLessThanOrEqual(10);
    expect(tried.length + blocked.length + refused.length).toBe(300);
    const events = service.db.collection('rocketchat_server_events');
    const failed = () => events.countDocuments({ t: 'failed-login-attempt' });
    expect(await failed()).toBe(tried.length);
    // A replica set may store them all before it counts any, and then none is tried.
    await failTimes(10 - tried.length, '10.2.0.1', 'ann');
    expect((await attempt('10.2.0.1', 'ann', 'ann')).body.error).toBe('error-login-blocked-for-user');
    expect(await failed()).toBe(10);
  });

  it('do not include simultaneous logins with the right password', async () => {
    const answers = await Promise.all(Array.from({ length: 15 }, () => attempt('10.0.0.1', 'ann', 'ann')));
    expect(answers.map(({ status }) => status)).toEqual(Array(15).fill(200));
  });

  it('do not include right passwords of users who may not log in', async () => {
    await storeUsers(service.db, rocketChatUser('gone', { active: false }));
    for (let i = 0; i < 11; i += 1)
      expect((await attempt('10.0.0.1', 'gone', 'gone')).body.error).toBe('error-user-is-not-activated');
  });

  it('are forgotten after a success', async () => {
    await failTimes(9, '10.0.0.1', 'ann');
    now = new Date(now.getTime() + 1000);
    expect((await attempt('10.0.0.1', 'ann', 'ann')).status).toBe(200);
    now = new Date(now.getTime() + 1000);
    await failTimes(9, '10.0.0.1', 'ann');
    expect((await attempt('10.0.0.1', 'ann', 'ann')).status).toBe(200);
  });

  it('block the address, whatever names it tries', async () => {
    await set('Attempts_Until_Block_By_Ip', 3);
    for (const user of ['a', 'b', 'c']) await failTimes(1, '10.0.0.9', user);
    const blocked = await attempt('10.0.0.9', 'ann', 'ann');
    expect(blocked.body.error).toBe('error-login-blocked-for-ip');
    expect((await attempt('10.0.0.8', 'ann', 'ann')).status).toBe(200);
    await set('Ip_Whitelist', '10.0.0.7,10.0.0.9');
    expect((await attempt('10.0.0.9', 'ann', 'ann')).status).toBe(200);
  });

  it('block what the settings say, after as many as they say', async () => {
    await set('Attempts_Until_Block_by_User', 2);
    await set('Attempts_Until_Block_By_Ip', 2);
    const outcome = async (ip: string, user: string) => {
      const { status, body } = await attempt(ip, user, user);
      return status === 200 ? 'let in' : body.error;
    };
    await failTimes(2, '10.0.0.1', 'ann');
    expect(await outcome('10.0.0.1', 'ann')).toBe('error-login-blocked-for-ip');
    await set('By_Ip', false);
    expect(await outcome('10.0.0.1', 'ann')).toBe('error-login-blocked-for-user');
    expect(await outcome('10.0.0.1', 'bob')).toBe('let in');
    await set('By_User', false);
    expect(await outcome('10.0.0.1', 'ann')).toBe('let in');
    await set('By_User', true);
    await set('Attempts_Until_Block_by_User', 0);
    await failTimes(3, '10.0.0.1', 'ann');
    expect(await outcome('10.0.0.1', 'ann')).toBe('let in');
  });

  it('block for as long as the settings say, a user and an address each', async () => {
    await set('Attempts_Until_Block_by_User', 2);
    await set('Attempts_Until_Block_By_Ip', 2);
    await set('Time_To_Unblock_By_Ip_In_Minutes', 1);
    await failTimes(2, '10.0.0.1', 'ann');
    now = new Date(now.getTime() + 2 * minuteMs);
    expect((await attempt('10.0.0.1', 'ann', 'ann')).body.error).toBe('error-login-blocked-for-user');
    expect((await attempt('10.0.0.1', 'bob', 'bob')).status).toBe(200);
    now = new Date(now.getTime() + 4 * minuteMs);
    expect((await attempt('10.0.0.1', 'ann', 'ann')).status).toBe(200);
  });

  it('block an unknown name like any other, which reveals nothing', async () => {
    await failTimes(10, '10.0.0.1', 'nobody');
    const blocked = await attempt('10.0.0.2', 'nobody', 'wrong');
    expect(blocked.body.error).toBe('error-login-blocked-for-user');
  });

  it('block nobody if the setting is off', async () => {
    await set('Enabled', false);
    await failTimes(11, '10.0.0.1', 'ann');
    expect((await attempt('10.0.0.1', 'ann', 'ann')).status).toBe(200);
    expect(await service.db.collection('rocketchat_server_events').countDocuments({ t: 'login' })).toBe(0);
  });

  it('are stored in Rocket.Chat’s form, without the password', async () => {
    await failTimes(1, '10.0.0.1', 'ann');
    await logIn(service.app, 'ann');
    const events = await service.db
      .collection('rocketchat_server_events')
      .find({ t: { $gt: '' } })
      .toArray();
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({
      _id: expect.any(String),
      t: 'failed-login-attempt',
      ip: '10.0.0.1',
      ts: now,
      u: { username: 'ann' },
    });
    expect(JSON.stringify(events)).not.toContain('wrong');
  });
});
