import { logInByBasic } from '../../../src/domain/accounts/log-in-by-basic.ts';
import { createPasswordMemory } from '../../../src/domain/accounts/password-memory.ts';
import { digestPassword } from '../../../src/domain/accounts/passwords.ts';
import { adminUsername } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';

const address = '203.0.113.7';

describe('logging in by Basic', () => {
  const { service } = useService();
  let now: Date;
  let hashed: number;
  const deps = () => {
    const { passwords } = service.deps;
    return {
      ...service.deps,
      clock: () => now,
      passwordMemory: memory,
      passwords: {
        ...passwords,
        matches: (digest: string, stored: string | undefined) => {
          hashed += 1;
          return passwords.matches(digest, stored);
        },
      },
    };
  };
  let memory: ReturnType<typeof createPasswordMemory>;
  beforeEach(() => {
    now = new Date();
    hashed = 0;
    memory = createPasswordMemory(() => now);
  });
  const logIn = (username: string, password: string) => logInByBasic(deps(), { username, password }, address);
  const email = `${adminUsername}@rocket.chat`;

  it('takes the e-mail address, in any case, or the user name', async () => {
    for (const username of [email, email.toUpperCase(), adminUsername])
      expect(await logIn(username, adminUsername)).toMatchObject({ username: adminUsername });
  });

  it.each([
    ['a wrong password', email, 'wrong', 'wrong-password'],
    ['no password', email, '', 'wrong-password'],
    ['nobody', 'nobody@example.org', 'x', 'unknown-user'],
  ])('refuses %s', async (_what, username, password, refusal) => {
    await expect(logIn(username, password)).rejects.toMatchObject({ refusal });
  });

  it('hashes a right password once in a few seconds, and a wrong one each time', async () => {
    for (let call = 0; call < 5; call += 1) await logIn(email, adminUsername);
    expect(hashed).toBe(1);
    for (let call = 0; call < 3; call += 1) await expect(logIn(email, 'wrong')).rejects.toThrow();
    expect(hashed).toBe(4);
    now = new Date(now.getTime() + 10_001);
    await logIn(email, adminUsername);
    expect(hashed).toBe(5);
  });

  it('remembers no password longer than the user has it', async () => {
    await logIn(email, adminUsername);
    const users = service.db.collection('users');
    const password = await service.deps.passwords.hash(digestPassword('new'));
    const before = await users.findOneAndUpdate(
      { username: adminUsername },
      { $set: { 'services.password.bcrypt': password } },
    );
    await expect(logIn(email, adminUsername)).rejects.toMatchObject({ refusal: 'wrong-password' });
    await users.updateOne({ username: adminUsername }, { $set: { services: before?.services } });
  });

  it('refuses who has been made inactive, remembered or not', async () => {
    await logIn(email, adminUsername);
    const users = service.db.collection('users');
    await users.updateOne({ username: adminUsername }, { $set: { active: false } });
    await expect(logIn(email, adminUsername)).rejects.toMatchObject({ refusal: 'inactive-user' });
    await users.updateOne({ username: adminUsername }, { $set: { active: true } });
  });
});
