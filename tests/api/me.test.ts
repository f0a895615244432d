import { clientOf } from '../support/accounts.ts';
import { adminUsername, startTestService, type TestService } from '../support/service.ts';
import { rocketChatUser, storeUsers } from '../support/users.ts';

describe('GET me', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ ROOT_URL: 'https://chat.example.org/' });
  });
  afterAll(() => service.stop());

  it('shows the user, his first verified address and that he has a password', async () => {
    const client = await clientOf(service.app);
    const { body } = await client.get('me');
    expect(body).toMatchObject({
      username: adminUsername,
      email: `${adminUsername}@rocket.chat`,
      services: { password: { exists: true } },
      settings: { profile: {}, preferences: {} },
      avatarUrl: `https://chat.example.org/avatar/${adminUsername}`,
      success: true,
    });
  });

  it('shows which second factors there are, never a secret', async () => {
    const secret = 'JBSWY3DPEHPK3PXP';
    const { services, ...rest } = rocketChatUser('ann', {
      emails: [
        { address: 'old@example.org', verified: false },
        { address: 'ann@example.org', verified: true },
      ],
      settings: { preferences: { language: 'de' } },
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
    expect(answer.body.settings.preferences).toEqual({ language: 'de' });
    expect(answer.text).not.toContain(secret);
    expect(answer.text).not.toMatch(/bcrypt|hashedToken/);
  });
});
