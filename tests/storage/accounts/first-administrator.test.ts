import { MongoClient } from 'mongodb';
import { removeFirstAdministrator } from '../../../src/storage/accounts/first-administrator.ts';
import { copyDatabase } from '../../../src/storage/mongodb/copy-database.ts';
import { freshDatabaseUrl, startTestService } from '../../support/service.ts';

interface Row {
  readonly _id: string;
  readonly [field: string]: unknown;
}

describe('the administrator of a first start on the target of a copy', () => {
  let from: MongoClient;
  let to: MongoClient;
  beforeEach(async () => {
    const [source, target] = [freshDatabaseUrl(), freshDatabaseUrl()];
    // Each start makes an administrator with the same name and address, but another _id.
    for (const MONGO_URL of [source, target]) await (await startTestService({ MONGO_URL })).stop();
    from = await new MongoClient(source).connect();
    to = await new MongoClient(target).connect();
  });
  afterEach(async () => {
    await Promise.all([from.db().dropDatabase(), to.db().dropDatabase()]);
    await Promise.all([from.close(), to.close()]);
  });

  const users = (client: MongoClient) => client.db().collection<Row>('users');
  const admin = async (client: MongoClient) => {
    const found = await users(client).findOne({ roles: 'admin' });
    if (found === null) throw new Error('there is no administrator');
    return found;
  };
  const remove = () => removeFirstAdministrator(from.db(), to.db());

  it('gives way to the user with their name, so that everything can be copied', async () => {
    const { _id, username } = await admin(from);
    expect(await remove()).toEqual([username]);
    await copyDatabase(from.db(), to.db(), () => undefined);
    expect((await admin(to))._id).toBe(_id);
    // Once more, as the second run of a copy does.
    expect(await remove()).toEqual([]);
  });

  it('gives way to a user with their address', async () => {
    await users(from).updateOne({ roles: 'admin' }, { $set: { username: 'owner', name: 'owner' } });
    expect(await remove()).toHaveLength(1);
  });

  it('stays if nobody has their name or address', async () => {
    await users(from).deleteOne({ roles: 'admin' });
    expect(await remove()).toEqual([]);
  });

  it.each(['rocketchat_message', 'rocketchat_subscription'])('stays if they are in a %s', async (name) => {
    const { _id } = await admin(to);
    await to.db().collection<Row>(name).insertOne({ _id: 'theirs', u: { _id } });
    expect(await remove()).toEqual([]);
    expect((await admin(to))._id).toBe(_id);
  });

  it("stays if they are a Rocket.Chat's, who have names of their own", async () => {
    await users(to).updateOne({ roles: 'admin' }, { $set: { name: 'Administrator' } });
    expect(await remove()).toEqual([]);
  });
});
