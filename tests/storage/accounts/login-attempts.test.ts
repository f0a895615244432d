import type { LoginAttemptStore } from '../../../src/domain/accounts/login-attempts.ts';
import { randomIds } from '../../../src/domain/ids.ts';
import { createLoginAttemptStore } from '../../../src/storage/accounts/login-attempts.ts';
import { useDatabase } from '../../support/use-database.ts';
import { unique } from '../../support/visitors.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 12, minute));
const database = useDatabase();

describe('failed logins', () => {
  let store: LoginAttemptStore;
  let ip: string;
  let username: string;
  beforeEach(() => {
    store = createLoginAttemptStore(database.db, randomIds);
    [ip, username] = [unique('address'), unique('user')];
  });
  const note = async (kind: 'failed' | 'successful', minute: number, who: object = {}) => {
    const id = await store.addFailed({ ip, username, userId: undefined, ...who }, at(minute));
    if (kind === 'successful') await store.succeed(id, at(minute));
  };

  it('count from a given time on, inclusive', async () => {
    for (const minute of [1, 2, 3]) await note('failed', minute);
    expect(await store.countFailures({ username }, at(2))).toBe(2);
    expect(await store.countFailures({ ip }, at(2))).toBe(2);
  });

  it('count from the newest success on, if that is later', async () => {
    await note('successful', 1);
    await note('failed', 2);
    await note('successful', 3);
    await note('failed', 4);
    expect(await store.countFailures({ username }, at(0))).toBe(1);
    expect(await store.countFailures({ ip }, at(0))).toBe(1);
    await note('failed', 9);
    expect(await store.countFailures({ username }, at(8))).toBe(1);
  });

  it('no longer count when they are removed', async () => {
    await note('failed', 1);
    await store.remove(await store.addFailed({ ip, username, userId: undefined }, at(1)));
    expect(await store.countFailures({ username }, at(0))).toBe(1);
  });

  it("are not reset by somebody else's success", async () => {
    await note('failed', 1);
    await note('successful', 2, { username: unique('other'), ip: unique('elsewhere') });
    expect(await store.countFailures({ username }, at(0))).toBe(1);
    expect(await store.countFailures({ ip }, at(0))).toBe(1);
  });
});
