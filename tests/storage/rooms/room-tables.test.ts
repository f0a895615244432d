import { type Collection, MongoNetworkError } from 'mongodb';
import { collect, type PageRequest } from '../../../src/domain/paging.ts';
import type { Room } from '../../../src/domain/rooms/room.ts';
import type { RoomFilter } from '../../../src/domain/rooms/room-search.ts';
import { createRoomTables, type RoomTables } from '../../../src/storage/rooms/room-tables.ts';
import { heldTableTiming } from '../../../src/storage/text-search/held-table.ts';
import { patient } from '../../support/paging.ts';
import { useDatabase } from '../../support/use-database.ts';

const database = useDatabase();
const timing = heldTableTiming(() => new Date(), 60_000);
const firstDay = Date.UTC(2026, 0, 1);
const at = (minute: number) => new Date(firstDay + minute * 60_000);
const page: PageRequest = { count: 50, offset: 0, sort: { ts: -1 }, signal: patient };
let rooms: Collection<Room>;
let tables: RoomTables;
let stored = 0;

/** Stores a room that was opened later than those before. */
async function store(room: Record<string, unknown> & { _id: string }): Promise<void> {
  stored += 1;
  await rooms.insertOne({ t: 'l', ts: at(stored), _updatedAt: new Date(), ...room } as Room);
}

async function listed(filter: RoomFilter, given: Partial<PageRequest> = {}, from = tables) {
  const found = await from.list(filter, { ...page, ...given });
  return found && { ids: (await collect(found.items)).map(({ _id }) => _id), total: found.total };
}
const find = async (filter: RoomFilter) => (await listed(filter))?.ids;
const named = (roomName: string) => find({ roomName });

beforeAll(() => {
  rooms = database.db.collection('rocketchat_room');
  tables = createRoomTables(rooms, timing);
});
beforeEach(() => rooms.deleteMany({ _id: { $gt: '' } }));

describe('Rooms are found by a part of their name', () => {
  it('in any case, the newest first', async () => {
    await store({ _id: 'one', fname: 'Grüße aus Ulm' });
    await store({ _id: 'another', fname: 'GRÜßE' });
    await store({ _id: 'third', fname: 'Ulf' });
    expect(await named('rüß')).toEqual(['another', 'one']);
    expect(await named('ul')).toEqual(['third', 'one']);
    expect(await named('F')).toEqual(['third']);
    expect(await named('ulfi')).toEqual([]);
  });

  it('as soon as somebody has opened them, or given them another name', async () => {
    expect(await named('anselm')).toEqual([]);
    await store({ _id: 'new', fname: 'Anselm' });
    expect(await named('anselm')).toEqual(['new']);
    await rooms.updateOne({ _id: 'new' }, { $set: { fname: 'Bruno', _updatedAt: new Date() } });
    expect(await named('anselm')).toEqual([]);
    expect(await named('bruno')).toEqual(['new']);
  });

  it('until somebody deletes them, and other types of rooms are not', async () => {
    await store({ _id: 'channel', fname: 'Kitchen talk', t: 'c' });
    for (const _id of ['first', 'second']) await store({ _id, fname: 'Kitchen' });
    expect(await named('kitchen')).toEqual(['second', 'first']);
    await rooms.deleteOne({ _id: 'first' });
    expect(await listed({ roomName: 'kitchen' }, { count: 1 })).toEqual({ ids: ['second'], total: 1 });
  });

  it('as they are in the database, whatever a writer without dates has done to them', async () => {
    await store({ _id: 'renamed', fname: 'Silent' });
    expect(await named('silent')).toEqual(['renamed']);
    await rooms.updateOne({ _id: 'renamed' }, { $set: { fname: 'Spoken' } });
    expect(await listed({ roomName: 'silent' })).toEqual({ ids: [], total: 0 });
    expect(await named('spoken')).toEqual(['renamed']);
  });

  it('or by all of it, along with something else', async () => {
    for (const [_id, fname] of Object.entries({ whole: 'Ann', more: 'Anna', lower: 'ann' }))
      await store({ _id, fname, tags: ['vip'] });
    expect(await until(() => find({ exactName: 'Ann', tags: ['vip'] }))).toEqual(['whole']);
  });

  it('on any page, in any order', async () => {
    for (let n = 0; n < 150; n += 1)
      await store({ _id: `room-${n}`, fname: `Guest ${149 - n}`, closedAt: at(n % 7), lm: at(n % 5) });
    const found = await listed({ roomName: 'guest' }, { count: 0 });
    expect(found?.ids).toEqual(Array.from({ length: 150 }, (_, n) => `room-${149 - n}`));
    for (const sort of [{ fname: 1 }, { fname: -1 }, { closedAt: -1 }, { lm: 1 }] as const) {
      const second = await listed({ roomName: 'guest' }, { sort, offset: 100, count: 40 });
      const [direction = 1] = Object.values<1 | -1>(sort);
      const expected = rooms.find({ t: 'l' }).sort({ ...sort, _id: direction });
      const ids = (await expected.skip(100).limit(40).toArray()).map(({ _id }) => _id);
      expect(second).toEqual({ ids, total: 150 });
    }
  });
});

describe('Rooms are found by parts of custom fields', () => {
  it('that are texts, or lists of them', async () => {
    await store({ _id: 'one', livechatData: { order: 'Order 17', note: 'order 3' } });
    await store({ _id: 'several', livechatData: { order: ['order 18', 'ORDER 171'] } });
    await store({ _id: 'number', livechatData: { order: 17 } });
    expect(await find({ customFields: { order: 'order 17' } })).toEqual(['several', 'one']);
    expect(await find({ customFields: { note: 'order' } })).toEqual(['one']);
    expect(await find({ customFields: { order: 'order', note: '3' } })).toEqual(['one']);
    expect(await find({ customFields: { constructor: 'order' } })).toEqual([]);
  });

  it('as soon as somebody has set them, also in a field that gave way to others', async () => {
    const fields = ['order', 'note', 'size', 'order'];
    for (const field of fields) expect(await find({ customFields: { [field]: '17' } })).toEqual([]);
    await store({ _id: 'new', livechatData: { order: '17', size: '171' } });
    for (const field of fields)
      expect(await find({ customFields: { [field]: '17' } })).toEqual(field === 'note' ? [] : ['new']);
  });

  it('together with a part of the name', async () => {
    await store({ _id: 'both', fname: 'Ann', livechatData: { order: 'Order 5' } });
    await store({ _id: 'name', fname: 'Ann', livechatData: { order: 'Order 6' } });
    await store({ _id: 'field', fname: 'Ben', livechatData: { order: 'Order 5' } });
    expect(await find({ roomName: 'an', customFields: { order: 'ER 5' } })).toEqual(['both']);
  });
});

/** Asks until the rooms have been read, which a filter without parts of texts does not wait for. */
async function until<T>(ask: () => Promise<T | null | undefined>): Promise<T> {
  for (;;) {
    const found = await ask();
    if (found) return found;
    await named('wait until they have been read');
  }
}

describe('Several filters together', () => {
  const ann = { _id: 'ann-1', username: 'ann' };
  beforeEach(async () => {
    await store({ _id: 'open', open: true, servedBy: ann, departmentId: 'a', tags: ['x', 'y'] });
    await store({ _id: 'held', open: true, servedBy: ann, departmentId: 'a', onHold: true });
    await store({ _id: 'queued', open: true, departmentId: 'b', tags: ['x'] });
    await store({ _id: 'closed', servedBy: ann, departmentId: 'b', tags: ['y'], closedAt: at(1_000) });
    await store({ _id: 'late', servedBy: ann, departmentId: 'b', tags: ['y'], closedAt: at(2_000) });
    await store({ _id: 'bare', departmentId: 7, tags: 'y', ts: 'long ago', closedAt: null });
  });

  it.each<[string, RoomFilter, string[]]>([
    ['agents by id or username', { agents: ['ann', 'nobody'], departments: ['a'] }, ['held', 'open']],
    ['agents by id', { agents: ['ann-1'], tags: ['y'] }, ['late', 'closed', 'open']],
    ['several departments', { departments: ['a', 'b'], tags: ['x'] }, ['queued', 'open']],
    ['open and served', { open: true, served: true, departments: ['a'] }, ['open']],
    ['closed', { open: false, departments: ['b'], tags: ['y'] }, ['late', 'closed']],
    ['on hold', { onHold: true, departments: ['a'] }, ['held']],
    ['queued', { queued: true, departments: ['a', 'b'] }, ['queued']],
    ['closed in a period', { closedAt: { start: at(1_500) }, departments: ['b'] }, ['late']],
    ['closed before a time', { closedAt: { end: at(1_500) }, departments: ['b'] }, ['closed']],
    ['a tag that is no list', { tags: ['y'], open: false, closedAt: { end: at(9_000) } }, ['late', 'closed']],
  ])('pass the same rooms as in the database: %s', async (_, filter, ids) => {
    expect(await until(() => listed(filter))).toEqual({ ids, total: ids.length });
  });

  it('pass rooms opened in a period, in the order of their closing', async () => {
    const { ts } = (await rooms.findOne({ _id: 'closed' })) ?? {};
    const filter = { createdAt: { start: ts ?? at(0) }, departments: ['b'] };
    const found = await until(() => listed(filter, { sort: { closedAt: 1 } }));
    expect(found).toEqual({ ids: ['closed', 'late'], total: 2 });
  });

  it.each<[string, RoomFilter, PageRequest['sort']]>([
    ['one filter', { departments: ['a'] }, { ts: -1 }],
    ['what the table does not have', { departments: ['a'], tags: ['x'], rating: 'good' }, { ts: -1 }],
    ['another order', { departments: ['a'], tags: ['x'] }, { msgs: -1 }],
    ['two orders', { departments: ['a'], tags: ['x'] }, { ts: 1, fname: 1 }],
    ['an empty text', { roomName: '' }, { ts: -1 }],
  ])('are left to the database: %s', async (_, filter, sort) => {
    await named('wait until they have been read');
    expect(await listed(filter, { sort })).toBeNull();
  });
});

/** The rooms, of which the first ones are read at once, and the others when told to. */
function heldRooms() {
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  return { ...roomsBefore(() => held), goOn };
}

/** The rooms, of which the first ones are read at once; then something else comes before each batch. */
function roomsBefore(batch: () => Promise<void>) {
  let batches = 0;
  const find = (...[filter, options]: Parameters<typeof rooms.find>) => {
    const cursor = rooms.find(filter, options);
    if (options?.batchSize !== 1_000 || options.skip === undefined) return cursor;
    const hasNext = async () => {
      if (batches > 0) await batch();
      batches += 1;
      return cursor.hasNext();
    };
    const read = () => cursor.readBufferedDocuments();
    return { hasNext, readBufferedDocuments: read, close: () => cursor.close() };
  };
  return { slow: Object.create(rooms, { find: { value: find } }), batches: () => batches };
}

describe('While rooms are being read', () => {
  beforeEach(async () => {
    const many = Array.from({ length: 1_500 }, (_, n) => ({
      _id: `room-${n}`,
      t: 'l',
      fname: 'Guest',
      ts: at(n),
    }));
    await rooms.insertMany(many as Room[]);
  });

  it('the newest ones are found, and the answer says that others may be missing', async () => {
    const { slow, goOn } = heldRooms();
    const impatient = createRoomTables(slow, { ...timing, readTimeoutMs: 0 });
    const ask = () => impatient.list({ roomName: 'guest' }, { ...page, count: 1 });
    let found = await ask();
    while (found?.total !== 1_000) found = await ask();
    expect(found.isComplete).toBe(false);
    expect(await collect(found.items)).toMatchObject([{ _id: 'room-1499' }]);
    goOn();
    while (!found?.isComplete) found = await ask();
    expect(found.total).toBe(1_500);
  });

  it('filters that can do without are left to the database', async () => {
    const { slow, goOn } = heldRooms();
    const waiting = createRoomTables(slow, timing);
    waiting.begin();
    expect(await listed({ departments: ['a'], tags: ['b'] }, {}, waiting)).toBeNull();
    goOn();
  });

  it('a search waits only as long as somebody waits for it', async () => {
    const { slow, goOn } = heldRooms();
    const leaving = new AbortController();
    const waiting = createRoomTables(slow, timing);
    const left = waiting.list({ roomName: 'guest' }, { ...page, signal: leaving.signal });
    leaving.abort();
    await expect(left).rejects.toThrow();
    goOn();
  });

  it('only the searches of the first moment wait', async () => {
    const { slow, goOn } = heldRooms();
    let elapsedMs = 0;
    const tables = createRoomTables(slow, { ...timing, elapsedMs: () => elapsedMs });
    tables.begin();
    elapsedMs = timing.readTimeoutMs;
    expect(await tables.list({ roomName: 'guest' }, page)).toMatchObject({ isComplete: false });
    goOn();
  });

  it('they are read on after the database has been away', async () => {
    let failures = 1;
    const { slow } = roomsBefore(async () => {
      failures -= 1;
      if (failures === 0) throw new MongoNetworkError('the connection is gone');
    });
    expect(await listed({ roomName: 'guest' }, { count: 1 }, createRoomTables(slow, timing))).toEqual({
      ids: ['room-1499'],
      total: 1_500,
    });
    expect(failures).toBeLessThan(1);
  });

  it('nobody reads on who is asked for another custom field', async () => {
    const { slow, goOn, batches } = heldRooms();
    const texts = createRoomTables(slow, { ...timing, readTimeoutMs: 0 });
    const ask = () => texts.list({ customFields: { order: '1' } }, page);
    await texts.list({ roomName: 'guest' }, page);
    let found = await ask();
    goOn();
    while (!found?.isComplete) found = await ask();
    // Two batches and the end, and the second batch of the one that was given up.
    expect(batches()).toBeLessThanOrEqual(5);
  });
});

it('gives the memory back when nobody has asked for long, so that what can do without is left to the database', async () => {
  await store({ _id: 'room', fname: 'Brevity', tags: ['short'] });
  const brief = createRoomTables(rooms, { ...timing, keptMs: 0 });
  brief.begin();
  // By then, what began to be read before has been read as well.
  expect(await listed({ roomName: 'brev' }, {}, createRoomTables(rooms, timing))).toMatchObject({ total: 1 });
  expect(await listed({ exactName: 'Brevity', tags: ['short'] }, {}, brief)).toBeNull();
});

it('leaves a search to the database if the rooms cannot be read, and reads them for the next one', async () => {
  await store({ _id: 'room', fname: 'Persistence' });
  let isAway = true;
  const findRooms = (...given: Parameters<typeof rooms.find>) => {
    if (isAway) throw new Error('the database is away');
    return rooms.find(...given);
  };
  const unlucky = createRoomTables(Object.create(rooms, { find: { value: findRooms } }), timing);
  expect(await listed({ roomName: 'persistence' }, {}, unlucky)).toBeNull();
  isAway = false;
  expect(await listed({ roomName: 'persistence' }, {}, unlucky)).toMatchObject({ ids: ['room'] });
});
