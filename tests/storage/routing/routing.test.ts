import type { Document } from 'mongodb';
import { indexes } from '../../../src/storage/indexes.ts';
import { connectDatabase, type Database } from '../../../src/storage/mongodb/client.ts';
import { createRoutingStore } from '../../../src/storage/routing/routing.ts';
import { takeFewest } from '../../../src/storage/routing/take-fewest.ts';
import { ensureIndexes } from '../../support/ensure-indexes.ts';
import { freshDatabaseUrl } from '../../support/service.ts';
import { unreported } from '../../support/write-reporter.ts';

const usual = { whenIdle: true, whenOffline: false };
let database: Database;
let routing: ReturnType<typeof createRoutingStore>;
const insert = (collection: string, ...documents: (Document & { _id: string })[]) =>
  database.db.collection<{ _id: string }>(collection).insertMany(documents);
const agent = (_id: string, more: Document = {}) => ({
  ...{ _id, username: _id, active: true, roles: ['livechat-agent'], statusLivechat: 'available' },
  ...{ status: 'online', statusConnection: 'online', ...more },
});

beforeEach(async () => {
  database = await connectDatabase(freshDatabaseUrl());
  await ensureIndexes(database.db, indexes);
  routing = createRoutingStore(database.db, unreported);
});
afterEach(async () => {
  await database?.db.dropDatabase();
  await database?.close();
});

it('takes for there who is available, active and not offline; bots have no presence', async () => {
  await insert(
    'users',
    agent('there'),
    agent('offline', { status: 'offline' }),
    agent('bot', { status: 'offline', roles: ['livechat-agent', 'bot'] }),
    agent('away', { statusConnection: 'away' }),
    agent('inactive', { active: false }),
    agent('resting', { statusLivechat: 'not-available' }),
    agent('no agent', { roles: ['user'] }),
    agent('never there', { status: undefined }),
    agent('by phone', { statusConnection: undefined }),
  );
  const there = async (availability: typeof usual) => {
    const found: string[] = [];
    const all = [
      'there',
      'offline',
      'bot',
      'away',
      'inactive',
      'resting',
      'no agent',
      'never there',
      'by phone',
    ];
    for (const id of all) if (await routing.findAvailable(id, availability)) found.push(id);
    return found;
  };
  expect(await there(usual)).toEqual(['there', 'bot', 'away', 'by phone']);
  expect(await there({ whenIdle: false, whenOffline: false })).toEqual(['there', 'bot', 'by phone']);
  const withoutPresence = { whenIdle: true, whenOffline: true };
  const those = ['there', 'offline', 'bot', 'away', 'never there', 'by phone'];
  expect(await there(withoutPresence)).toEqual(those);
});

it('chooses of all agents the one with the fewest chats, of equals by name', async () => {
  await insert(
    'users',
    agent('busy', { livechatCount: 2 }),
    agent('b', { livechatCount: 1 }),
    agent('a', { livechatCount: 1 }),
  );
  const next = async () => (await routing.takeNext(undefined, usual))?.agentId;
  expect([await next(), await next(), await next()]).toEqual(['a', 'b', 'a']);
});

it('chooses of a department by its count, then its order, then by name, and only who is there', async () => {
  await insert('users', agent('a'), agent('b'), agent('c'), agent('gone', { status: 'offline' }));
  const member = (agentId: string, count: number, order: number) => ({
    ...{ _id: agentId, departmentId: 'sales', agentId, username: agentId, count, order },
  });
  await insert(
    'rocketchat_livechat_department_agents',
    member('gone', 0, 0),
    member('a', 0, 2),
    member('b', 0, 1),
    member('c', 0, 2),
  );
  const next = async () => (await routing.takeNext('sales', usual))?.agentId;
  expect([await next(), await next(), await next(), await next()]).toEqual(['b', 'a', 'c', 'b']);
  expect(await routing.takeNext('elsewhere', usual)).toBeNull();
});

it('counts the chats of a department in that department, for an agent of several', async () => {
  await insert('users', agent('a'));
  const member = (departmentId: string) => ({
    ...{ _id: `a in ${departmentId}`, departmentId, agentId: 'a', username: 'a', count: 0, order: 0 },
  });
  await insert('rocketchat_livechat_department_agents', member('help'), member('sales'), member('staff'));
  for (const department of ['sales', 'sales', 'staff']) await routing.takeNext(department, usual);
  const members = database.db.collection('rocketchat_livechat_department_agents');
  const counted = await members.find({ agentId: 'a' }).sort({ departmentId: 1 }).toArray();
  expect(counted.map(({ departmentId, count }) => [departmentId, count])).toEqual([
    ['help', 0],
    ['sales', 2],
    ['staff', 1],
  ]);
});

it('lists the departments that are enabled and have agents', async () => {
  await insert(
    'rocketchat_livechat_department',
    { _id: 'staffed', enabled: true, numAgents: 1 },
    { _id: 'closed', enabled: false, numAgents: 1 },
    { _id: 'empty', enabled: true, numAgents: 0 },
  );
  expect((await routing.listStaffedDepartments()).map(({ _id }) => _id)).toEqual(['staffed']);
});

it('knows a department by its id, else by its name', async () => {
  await insert(
    'rocketchat_livechat_department',
    { _id: 'd1', name: 'Sales' },
    { _id: 'Sales 2', name: 'd1' },
  );
  expect(await routing.findDepartmentByIdOrName('d1')).toMatchObject({ _id: 'd1' });
  expect(await routing.findDepartmentByIdOrName('Sales')).toMatchObject({ _id: 'd1' });
  expect(await routing.findDepartmentByIdOrName('sales')).toBeNull();
});

describe('the next agent', () => {
  const departmentId = 'sales';
  const member = (agentId: string, count: number) => ({
    ...{ _id: `of ${agentId}`, agentId, username: agentId, departmentId, departmentEnabled: true },
    ...{ count, order: 0 },
  });
  const counts = async (collection: string, field: string) =>
    (
      await database.db
        .collection(collection)
        .find({}, { hint: '_id_', sort: { _id: 1 } })
        .toArray()
    ).map((each) => each[field]);

  it.each([undefined, departmentId])(
    'is chosen fairly, however many chats begin at once (department %p)',
    async (id) => {
      const names = ['ann', 'bob', 'cid'];
      await insert('users', ...names.map((name) => agent(name)));
      await insert('rocketchat_livechat_department_agents', ...names.map((name) => member(name, 0)));
      const another = createRoutingStore(database.db, unreported);
      const taken = await Promise.all(
        Array.from({ length: 30 }, (_, n) => (n % 2 ? routing : another).takeNext(id, usual)),
      );
      const each = names.map((name) => taken.filter((one) => one?.username === name).length);
      expect(each).toEqual([10, 10, 10]);
    },
  );

  it('is read again if another chat has been assigned to them since', async () => {
    await insert('users', agent('ann'), agent('bob', { livechatCount: 1 }));
    const users = database.db.collection<{ _id: string; livechatCount?: number }>('users');
    let reads = 0;
    const racing: typeof users = Object.create(users, {
      findOne: {
        async value(...given: Parameters<typeof users.findOne>) {
          const found = await users.findOne(...given);
          reads += 1;
          if (reads === 1) await users.updateOne({ _id: 'ann' }, { $inc: { livechatCount: 2 } });
          return found;
        },
      },
    });
    const order = {
      filter: { active: true, _id: { $gte: '' } },
      count: 'livechatCount',
      ties: { username: 1 },
      fields: { username: 1 },
    } as const;
    expect(await takeFewest(racing, order)).toMatchObject({ _id: 'bob' });
    expect(await counts('users', 'livechatCount')).toEqual([2, 2]);
  });
});
