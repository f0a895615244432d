import { bootstrapAccounts } from '../../../src/domain/accounts/bootstrap-accounts.ts';
import { logIn } from '../../support/accounts.ts';
import { useService } from '../../support/use-service.ts';

const connectionLost = new Error('the connection was lost');
const admin = { username: 'root', password: undefined, email: 'root@example.org', isAgent: false };

/** Repeats each step once. */
const whenAvailable = <T>(step: () => Promise<T>): Promise<T> => step().catch(step);

describe('the first administrator', () => {
  const { service } = useService();

  it('has the password that is shown, also if the answer to their creation is lost', async () => {
    const { users } = service.deps;
    await service.db.collection('users').deleteMany({ username: { $gt: '' } });
    let isLost = false;
    const create: typeof users.create = async (user) => {
      const result = await users.create(user);
      if (user.username !== admin.username || isLost) return result;
      isLost = true;
      throw connectionLost;
    };
    const deps = { ...service.deps, users: { ...users, create }, whenAvailable };
    const { generatedPassword } = await bootstrapAccounts(deps, admin);
    expect(isLost).toBe(true);
    expect(await logIn(service.app, admin.username, generatedPassword)).toBeDefined();
  });
});
