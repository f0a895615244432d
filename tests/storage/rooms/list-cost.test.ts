import type { Db } from 'mongodb';
import { queryCost } from '../../../bench/query-cost.ts';
import { collect, type PageRequest } from '../../../src/domain/paging.ts';
import type { RoomFilter, RoomSearch } from '../../../src/domain/rooms/room-search.ts';
import { indexes } from '../../../src/storage/indexes.ts';
import { createRoomSearch } from '../../../src/storage/rooms/room-search.ts';
import { createRoomTables } from '../../../src/storage/rooms/room-tables.ts';
import { heldTableTiming } from '../../../src/storage/text-search/held-table.ts';
import { startTestDatabase, type TestDatabase } from '../../embedded-mongo/test-database.ts';
import { ensureIndexes } from '../../support/ensure-indexes.ts';
import { patient } from '../../support/paging.ts';

const hourMs = 60 * 60_000;
const firstDay = Date.UTC(2026, 0, 1);
const at = (hour: number) => new Date(firstDay + hour * hourMs);
const page: PageRequest = { count: 10, offset: 0, sort: { ts: -1 }, signal: patient };

/** Every fiftieth room is open, and the first two of these are on hold. */
const room = (n: number) => ({
  _id: `room-${n}`,
  t: 'l',
  fname: `Guest ${n % 7}`,
  ts: at(n),
  v: { _id: `visitor-${n}` },
  servedBy: { _id: `agent-${n % 4}`, username: `Agent.${n % 4}` },
  departmentId: `department-${n % 3}`,
  tags: [`tag-${n % 5}`, 'all'],
  livechatData: { order: `Order ${n}.` },
  ...(n % 9 === 0 && { surveyFeedback: { satisfaction: String((n % 5) + 1) } }),
  ...(n % 50 === 0 ? { open: true, ...(n < 100 && { onHold: true }) } : { closedAt: at(n + 2) }),
});

/** Of each size of database, once its names and values have been read. */
const searches = new Map<number, RoomSearch>();

const filters: Record<string, RoomFilter> = {
  'no filter': {},
  'an agent by id': { agents: ['agent-1'] },
  'an agent by username': { agents: ['Agent.1'] },
  'agents by ids and usernames': { agents: ['agent-1', 'Agent.2'] },
  'a department': { departments: ['department-1'] },
  'several departments': { departments: ['department-1', 'department-2'] },
  'a tag': { tags: ['tag-2'] },
  'several tags': { tags: ['tag-2', 'tag-3'] },
  'when they were opened': { createdAt: { start: at(20), end: at(200) } },
  'those opened long ago': { createdAt: { end: at(100) } },
  'a whole name': { exactName: 'Guest 3' },
  'a part of a name': { roomName: 'EST 3' },
  'no name': { roomName: 'nobody' },
  'a part of a custom field': { customFields: { order: 'ORDER 123.' } },
  'closed ones': { open: false },
  'those on hold': { onHold: true },
  'those of some visitors': { visitors: ['visitor-5', 'visitor-20', 'visitor-299'] },
  'rated ones': { rating: 'any' },
  'those rated as good': { rating: 'good' },
  'an agent in a period': { agents: ['agent-1'], createdAt: { start: at(20), end: at(200) } },
};

/** Servers count what they examine in ways of their own, so that this is the embedded one, whatever `MONGO_URL` says. */
let database: TestDatabase;
const dbOf = (size: number): Db => database.client.db(`among-${size}`);

beforeAll(async () => {
  database = await startTestDatabase({ notablescan: true }, { monitorCommands: true });
  for (const size of [300, 3_000]) {
    await ensureIndexes(dbOf(size), indexes);
    const all = Array.from({ length: size }, (_, n) => room(n));
    await dbOf(size).collection<{ _id: string }>('rocketchat_room').insertMany(all);
    const timing = heldTableTiming(() => at(0), 60_000);
    const tables = createRoomTables(dbOf(size).collection('rocketchat_room'), timing);
    await tables.list({ customFields: { order: 'any' } }, page);
    searches.set(size, createRoomSearch(dbOf(size), tables));
  }
}, 60_000);
afterAll(() => database?.stop());

/** How many documents the database examines for a page, and what the page says that there are in all. */
async function costAmong(size: number, filter: RoomFilter, request = page) {
  let total = 0;
  const { documentsExamined } = await queryCost(database.client, dbOf(size), async () => {
    const found = await searches.get(size)?.list(filter, request);
    if (!found) throw new Error('there is no such database');
    total = found.total;
    await collect(found.items);
  });
  return { documentsExamined, total };
}

it.each(Object.entries(filters))(
  'reads the documents of the page and no others, however many there are: %s',
  async (_, filter) => {
    const [few, many] = [await costAmong(300, filter), await costAmong(3_000, filter)];
    const twiceThePage = 2 * page.count;
    expect(few.documentsExamined).toBeLessThanOrEqual(twiceThePage);
    expect(many.documentsExamined).toBeLessThanOrEqual(twiceThePage);
    expect(many.total).toBeGreaterThanOrEqual(few.total);
  },
);

const farOffset = 100;
const orders = ['ts', 'closedAt', 'lm', 'fname'].flatMap(
  (field) => [{ [field]: 1 }, { [field]: -1 }] as const,
);

it.each<[string, RoomFilter]>([
  ['a part of a name', { roomName: 'EST 3' }],
  ['a part of a name that most have', { roomName: 'e' }],
  ['a part of a custom field', { customFields: { order: 'order 2' } }],
  ['a department and a part of a name', { departments: ['department-1'], roomName: 'EST' }],
  ['a department and a tag', { departments: ['department-1'], tags: ['tag-2'] }],
  ['an agent in a period', { agents: ['agent-1'], createdAt: { start: at(20), end: at(2_000) } }],
  ['those closed in a period', { closedAt: { start: at(20), end: at(2_000) } }],
  ['closed ones of a department', { open: false, departments: ['department-1'] }],
])('reads the documents of a page far from the first, in any order, and no others: %s', async (_, filter) => {
  for (const sort of orders) {
    const { documentsExamined, total } = await costAmong(3_000, filter, { ...page, sort, offset: farOffset });
    expect(total).toBeGreaterThanOrEqual(farOffset + page.count);
    expect(documentsExamined).toBeLessThanOrEqual(page.count);
  }
});

it('looks for rooms that were closed long ago where they were opened', async () => {
  const dayLater = 24;
  const cost = await costAmong(3_000, { closedAt: { start: at(100), end: at(400) } });
  expect(cost.total).toBe(295);
  expect(cost.documentsExamined).toBeLessThan(dayLater + 2 * page.count);
});

it('looks for what all filters together let through among the rooms of the narrowest one in the period', async () => {
  const together: RoomFilter = {
    agents: ['agent-1', 'Agent.1'],
    departments: ['department-1'],
    tags: ['tag-2'],
    roomName: 'EST',
    customFields: { order: 'order' },
    createdAt: { start: at(20), end: at(200) },
    open: false,
  };
  const [few, many] = [await costAmong(300, together), await costAmong(3_000, together)];
  expect(many).toEqual({ ...few, total: 3 });
  const ofTag = 180 / 5;
  expect(many.documentsExamined).toBeLessThanOrEqual(2 * ofTag);
});

it.each([
  ['closed ones', { open: false }, 2_940],
  ['closed ones of a department', { open: false, departments: ['department-1'] }, 980],
  ['open ones, of which some are on hold', { open: true }, 58],
  ['those whose names have a part', { roomName: 'GUEST' }, 3_000],
  ['those with a part of a name, and a tag', { roomName: 'est 3', tags: ['tag-2'] }, 86],
] as const)('counts %s', async (_, filter, total) => {
  expect((await costAmong(3_000, filter)).total).toBe(total);
});

it.each<[string, RoomFilter, number, number]>([
  ['the last page', {}, 2_990, 1],
  // The database is asked which rooms were written since they were read, how many there are, and for those of the page.
  ['a few', { roomName: 'est 3', tags: ['tag-2'], agents: ['agent-1'] }, 0, 4],
])('counts nothing for a page that is not full: %s', async (_, filter, offset, expected) => {
  const { queries } = await queryCost(database.client, dbOf(3_000), async () => {
    const found = await searches.get(3_000)?.list(filter, { ...page, count: 100, offset });
    if (!found) throw new Error('there is no such database');
    expect((await collect(found.items)).length + offset).toBe(found.total);
  });
  expect(queries).toBe(expected);
});
