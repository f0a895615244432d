import type { Collection } from 'mongodb';
import type { PageRequest } from '../../../src/domain/paging.ts';
import type { Room } from '../../../src/domain/rooms/room.ts';
import type { RoomFilter } from '../../../src/domain/rooms/room-search.ts';
import { createRoomTables, type RoomTables } from '../../../src/storage/rooms/room-tables.ts';
import { at, listed, storeRoom, timing } from '../../support/room-tables.ts';
import { useDatabase } from '../../support/use-database.ts';

const database = useDatabase();
let rooms: Collection<Room>;
let tables: RoomTables;
let stored = 0;

/** Stores a room that was opened later than those before. */
async function store(room: Record<string, unknown> & { _id: string }): Promise<void> {
  stored += 1;
  await storeRoom(rooms, stored, room);
}

const find = async (filter: RoomFilter) => (await listed(tables, filter))?.ids;
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
    expect(await listed(tables, { roomName: 'kitchen' }, { count: 1 })).toEqual({
      ids: ['second'],
      total: 1,
    });
  });

  it('as they are in the database, whatever a writer without dates has done to them', async () => {
    await store({ _id: 'renamed', fname: 'Silent' });
    expect(await named('silent')).toEqual(['renamed']);
    await rooms.updateOne({ _id: 'renamed' }, { $set: { fname: 'Spoken' } });
    expect(await listed(tables, { roomName: 'silent' })).toEqual({ ids: [], total: 0 });
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
    const found = await listed(tables, { roomName: 'guest' }, { count: 0 });
    expect(found?.ids).toEqual(Array.from({ length: 150 }, (_, n) => `room-${149 - n}`));
    for (const sort of [{ fname: 1 }, { fname: -1 }, { closedAt: -1 }, { lm: 1 }] as const) {
      const second = await listed(tables, { roomName: 'guest' }, { sort, offset: 100, count: 40 });
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
    expect(await until(() => listed(tables, filter))).toEqual({ ids, total: ids.length });
  });

  it('pass rooms opened in a period, in the order of their closing', async () => {
    const { ts } = (await rooms.findOne({ _id: 'closed' })) ?? {};
    const filter = { createdAt: { start: ts ?? at(0) }, departments: ['b'] };
    const found = await until(() => listed(tables, filter, { sort: { closedAt: 1 } }));
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
    expect(await listed(tables, filter, { sort })).toBeNull();
  });
});
