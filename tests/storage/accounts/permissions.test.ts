import { createPermissionStore } from '../../../src/storage/accounts/permissions.ts';
import { useDatabase } from '../../support/use-database.ts';
import { collection } from '../../support/visitors.ts';

const database = useDatabase();

describe('permissions in the database', () => {
  it("are held by the stored roles or, if there are none, by Rocket.Chat's", async () => {
    await collection(database.db, 'permissions').insertMany([
      { _id: 'view-l-room', roles: ['wizard'] },
      { _id: 'create-user', roles: 'everybody' },
      { _id: 'a-permission-of-theirs', roles: ['user'] },
      { _id: 'nobody-may', roles: [] },
    ]);
    const permissions = createPermissionStore(database.db);
    await permissions.refresh();
    expect(permissions.rolesOf('view-l-room')).toEqual(['wizard']);
    expect(permissions.rolesOf('create-user')).toEqual(['admin']);
    expect(permissions.rolesOf('a-permission-of-theirs')).toEqual(['user']);
    for (const nobodys of ['nobody-may', 'no-such-permission'])
      expect(permissions.rolesOf(nobodys)).toEqual([]);
    const names = permissions.list().map(({ _id }) => _id);
    expect(names).toEqual([...names].sort());
    expect(names).toEqual(expect.arrayContaining(['a-permission-of-theirs', 'access-permissions']));
  });

  it('apply as soon as they are granted', async () => {
    const permissions = createPermissionStore(database.db);
    await permissions.grant([{ _id: 'view-statistics', roles: ['user'] }], new Date());
    expect(permissions.rolesOf('view-statistics')).toEqual(['user']);
  });
});
