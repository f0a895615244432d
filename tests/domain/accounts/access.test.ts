import { createAccessControl } from '../../../src/domain/accounts/access.ts';
import type { KeyScope } from '../../../src/domain/accounts/key-scopes.ts';
import type { UserWithCredentials } from '../../../src/domain/accounts/user.ts';
import { settingsWith } from '../../support/settings.ts';
import { storedTokenHash } from '../../support/users.ts';

describe('remembering logged-in users', () => {
  // Far ahead: by its own clock, the database removes what is old.
  let now = new Date('2096-03-01T12:00:00Z');
  let reads: (() => void)[] = [];
  let stored: UserWithCredentials;
  let scopes: () => readonly KeyScope[] | null = () => null;
  const ann = (more: Partial<UserWithCredentials> = {}): UserWithCredentials => ({
    _id: 'ann',
    roles: ['user'],
    services: { resume: { loginTokens: [{ hashedToken: storedTokenHash('token'), when: now }] } },
    ...more,
  });
  /** A store whose answers hold what was stored when it was asked, and come when the test says so. */
  const users = {
    findWithCredentials: () => {
      const found = stored;
      return new Promise<UserWithCredentials>((resolve) => reads.push(() => resolve(found)));
    },
  };
  /** Answers once the user has been asked for; gives how many questions there were. */
  const answerReads = async () => {
    for (let turns = 0; turns < 10 && reads.length === 0; turns += 1) await Promise.resolve();
    const answered = reads.splice(0);
    for (const answer of answered) answer();
    return answered.length;
  };
  const access = createAccessControl({
    users,
    keyScopes: { find: async () => scopes() },
    permissions: { rolesOf: (permission) => (permission === 'view-l-room' ? ['user'] : []) },
    settings: settingsWith({ Accounts_LoginExpiration: 90 }),
    clock: () => now,
    rememberMs: 3_000,
  });
  const find = (token = 'token', userId = 'ann') => access.findUserByToken(userId, token);

  beforeEach(() => {
    reads = [];
    stored = ann();
    scopes = () => null;
    access.forgetUser('ann');
  });

  it('saves a second request the round trip, without keeping credentials', async () => {
    const first = find();
    await answerReads();
    expect(await first).toEqual({ _id: 'ann', roles: ['user'] });
    expect(await find()).toEqual({ _id: 'ann', roles: ['user'] });
    expect(reads).toHaveLength(0);
  });

  it('ends after a while', async () => {
    const first = find();
    await answerReads();
    await first;
    now = new Date(now.getTime() + 3_001);
    const second = find();
    expect(await answerReads()).toBe(1);
    await second;
  });

  it('does not keep what was read before the user was forgotten', async () => {
    const reading = find();
    stored = ann({ services: {} });
    access.forgetUser('ann');
    await answerReads();
    await reading;
    const next = find();
    await answerReads();
    expect(await next).toBeNull();
  });

  it('keeps what is read of one user while others log in and out', async () => {
    const reading = find();
    access.forgetUser('bob');
    await answerReads();
    await reading;
    access.forgetUser('bob');
    expect(await find()).toEqual({ _id: 'ann', roles: ['user'] });
    expect(reads).toHaveLength(0);
  });

  it('does not remember invalid tokens', async () => {
    const wrong = find('other');
    await answerReads();
    expect(await wrong).toBeNull();
    stored = ann({ services: { resume: { loginTokens: [{ hashedToken: storedTokenHash('other') }] } } });
    const right = find('other');
    await answerReads();
    expect(await right).not.toBeNull();
  });

  it('does not let in a user who has been deactivated', async () => {
    stored = ann({ active: false });
    const reading = find();
    await answerReads();
    expect(await reading).toBeNull();
  });

  it('remembers ten thousand tokens at most, and forgets the oldest', async () => {
    const tokens = Array.from({ length: 10_001 }, (_, n) => `token ${n}`);
    const loginTokens = tokens.map((token) => ({ hashedToken: storedTokenHash(token) }));
    stored = ann({ services: { resume: { loginTokens } } });
    for (const token of tokens) {
      const reading = find(token);
      await answerReads();
      await reading;
    }
    await find('token 1');
    expect(reads).toHaveLength(0);
    const forgotten = find('token 0');
    expect(await answerReads()).toBe(1);
    await forgotten;
  });

  it("accepts a remembered token only together with its user's id", async () => {
    const first = find();
    await answerReads();
    await first;
    expect(await find('token', 'bob')).toBeNull();
  });

  it('never takes a key that is being removed for one without scopes', async () => {
    scopes = () => {
      // The key goes before its scopes do.
      if (reads.length === 0) stored = ann({ services: {} });
      scopes = () => null;
      return reads.length === 0 ? ['read'] : null;
    };
    const reading = access.findByToken('ann', 'token');
    await answerReads();
    expect(await reading).toBeNull();
  });

  it('decides permissions by roles', () => {
    expect(access.hasPermission({ _id: 'ann', roles: ['user'] }, 'view-l-room')).toBe(true);
    expect(access.hasPermission({ _id: 'ann', roles: ['guest'] }, 'view-l-room')).toBe(false);
    expect(access.hasPermission({ _id: 'ann', roles: ['user'] }, 'no-such-permission')).toBe(false);
  });
});
