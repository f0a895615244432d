import type { Document } from 'mongodb';
import { connectDatabase, type Database } from '../../src/storage/client.ts';
import { ensureIndexes } from '../../src/storage/ensure-indexes.ts';
import { indexes } from '../../src/storage/indexes.ts';
import { createRoutingStore } from '../../src/storage/routing.ts';
import { freshDatabaseUrl } from '../support/service.ts';
import { quietLogger } from '../support/visitor-search.ts';

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
  await ensureIndexes(database.db, indexes, quietLogger);
  routing = createRoutingStore(database.db);
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
  );
  const there = async (availability: typeof usual) => {
    const found: string[] = [];
    for (const id of ['there', 'offline', 'bot', 'away', 'inactive', 'resting', 'no agent'])
      if (await routing.findAvailable(id, availability)) found.push(id);
    return found;
  };
  expect(await there(usual)).toEqual(['there', 'bot', 'away']);
  expect(await there({ whenIdle: false, whenOffline: false })).toEqual(['there', 'bot']);
  expect(await there({ whenIdle: true, whenOffline: true })).toEqual(['there', 'offline', 'bot', 'away']);
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
