import { MongoClient } from 'mongodb';
import { apiClient } from '../../support/client.ts';
import { freshDatabaseUrl, startTestService, type TestService } from '../../support/service.ts';
import { unique } from '../../support/visitors.ts';

/**
 * Two instances on a database where neither tokens nor open rooms can have a unique index: here because of duplicates,
 * on a sharded cluster because it refuses them.
 */
describe('without unique indexes', () => {
  let services: TestService[];
  let client: MongoClient;
  const both = <T>(work: (service: TestService) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: 5 }, () => services.map(work)).flat());

  beforeAll(async () => {
    const MONGO_URL = freshDatabaseUrl();
    client = await new MongoClient(MONGO_URL).connect();
    const twins = (document: object) => ['one', 'two'].map((_id) => ({ ...document, _id }) as object);
    await client
      .db()
      .collection('rocketchat_livechat_visitor')
      .insertMany(twins({ token: 'twin' }));
    const openRoom = { t: 'l', open: true, _enforceSingleRoom: true, v: { _id: 'one', token: 'twin' } };
    await client.db().collection('rocketchat_room').insertMany(twins(openRoom));
    const env = { MONGO_URL, OVERWRITE_SETTING_Livechat_accept_chats_with_no_agents: 'true' };
    services = [await startTestService(env), await startTestService(env)];
  });
  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await client.db().dropDatabase();
    await client.close();
  });

  const register = (token: string) =>
    both(async ({ app }) => (await apiClient(app).post('livechat/visitor', { visitor: { token } })).body);
  const openRooms = (token: string) =>
    both(async ({ app }) => (await apiClient(app).get('livechat/room', { token })).body);

  it('a token is one visitor’s, and they have one open room, however many requests race', async () => {
    const token = unique('token');
    const visitors = await register(token);
    expect(new Set(visitors.map(({ visitor }) => visitor._id)).size).toBe(1);
    const opened = await openRooms(token);
    const rids = new Set(opened.map(({ room }) => room._id));
    expect(rids.size).toBe(1);
    expect(opened.filter(({ newRoom }) => newRoom)).toHaveLength(1);

    const [rid] = rids;
    const [service] = services;
    if (service === undefined) throw new Error('no service is running');
    await apiClient(service.app).post('livechat/room.close', { token, rid });
    const reopened = new Set((await openRooms(token)).map(({ room }) => room._id));
    expect(reopened.size).toBe(1);
    expect(reopened).not.toContain(rid);
    const rooms = client.db().collection('rocketchat_room');
    expect(await rooms.countDocuments({ 'v._id': visitors[0]?.visitor._id, open: true })).toBe(1);
  });

  it('a room is opened under the claim of a request that died before it stored its own', async () => {
    const token = unique('token');
    const [{ visitor }] = (await register(token)) as [{ visitor: { _id: string } }];
    const claims = client.db().collection<{ _id: string }>('foyer_room_claim');
    await claims.insertOne({ _id: visitor._id, roomId: 'claimed', at: new Date() } as { _id: string });
    const opened = await openRooms(token);
    expect(new Set(opened.map(({ room }) => room._id))).toEqual(new Set(['claimed']));
  });
});
