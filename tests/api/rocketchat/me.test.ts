import { clientOf } from '../../support/accounts.ts';
import { apiClient } from '../../support/client.ts';
import { adminUsername, startTestService, type TestService } from '../../support/service.ts';
import { rocketChatUser, storeUsers } from '../../support/users.ts';

describe('GET me', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ ROOT_URL: 'https://chat.example.org/' });
  });
  afterAll(() => service.stop());

  it('shows the user, their first verified address and that they have a password', async () => {
    const client = await clientOf(service.app);
    const { body } = await client.get('me');
    expect(Object.keys(body).slice(-5)).toEqual(['settings', 'email', 'avatarUrl', 'isOAuthUser', 'success']);
    expect(body).toMatchObject({
      username: adminUsername,
      email: `${adminUsername}@rocket.chat`,
      services: { password: { exists: true } },
      settings: { profile: {}, calendar: {} },
      avatarUrl: `https://chat.example.org/avatar/${adminUsername}`,
      isOAuthUser: false,
      success: true,
    });
  });

  it('shows which second factors they have, never a secret', async () => {
    const secret = 'JBSWY3DPEHPK3PXP';
    const { services, ...rest } = rocketChatUser('ann', {
      emails: [
        { address: 'old@example.org', verified: false },
        { address: 'ann@example.org', verified: true },
      ],
    });
    await storeUsers(service.db, {
      ...rest,
      _id: rest._id,
      services: { ...services, totp: { enabled: false, tempSecret: secret } },
    });
    const answer = await (await clientOf(service.app, 'ann')).get('me');
    expect(answer.body.services).toEqual({
      password: { exists: true },
      email2fa: { enabled: false },
      totp: { enabled: false },
    });
    expect(answer.body.email).toBe('ann@example.org');
    expect(answer.body.isOAuthUser).toBe(false);
    expect(answer.text).not.toContain(secret);
    expect(answer.text).not.toMatch(/bcrypt|hashedToken/);
  });

  it("shows their preferences, and the workspace's defaults for the rest, as the login does", async () => {
    const preferences = { language: 'de', sendOnEnter: 'desktop' };
    await storeUsers(service.db, rocketChatUser('bob', { settings: { preferences } }));
    const admin = await clientOf(service.app);
    const id = 'Accounts_Default_User_Preferences_sidebarViewMode';
    await admin.post(`settings/${id}`, { value: 'condensed' });
    const expected = {
      ...preferences,
      sidebarViewMode: 'condensed',
      themeAppearence: 'auto',
      masterVolume: 100,
    };
    const { body } = await (await clientOf(service.app, 'bob')).get('me');
    expect(body.settings.preferences).toMatchObject(expected);
    // There is no licence.
    expect(body.settings.preferences).not.toHaveProperty('omnichannelTranscriptPDF');
    const login = await apiClient(service.app).post('login', { user: 'bob', password: 'bob' });
    expect(login.body.data.me.settings).toEqual(body.settings);
  });

  it('shows that they sign in through another service', async () => {
    const services = { github: { id: 7, accessToken: 'never shown' }, cloud: {} };
    await storeUsers(service.db, rocketChatUser('cid', { services }));
    const { text, body } = await (await clientOf(service.app, 'cid')).get('me');
    expect(body.isOAuthUser).toBe(true);
    expect(text).not.toContain('never shown');
    const login = await apiClient(service.app).post('login', { user: 'cid', password: 'cid' });
    expect(login.body.data.me.isOAuthUser).toBe(true);
    expect(login.text).not.toContain('never shown');
  });
});
