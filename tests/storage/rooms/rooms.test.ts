import { collect, type PageRequest } from '../../../src/domain/paging.ts';
import type { Room } from '../../../src/domain/rooms/room.ts';
import type {
  ChatFilter,
  ReadableRooms,
  RoomFilter,
  VisitorRooms,
} from '../../../src/domain/rooms/room-search.ts';
import { createRoomActivityStore } from '../../../src/storage/rooms/room-activity.ts';
import { createRoomSearch } from '../../../src/storage/rooms/room-search.ts';
import { createRoomTables } from '../../../src/storage/rooms/room-tables.ts';
import { createRoomStore } from '../../../src/storage/rooms/rooms.ts';
import { heldTableTiming } from '../../../src/storage/text-search/held-table.ts';
import { patient, read } from '../../support/paging.ts';
import { useDatabase } from '../../support/use-database.ts';
import { collection, unique } from '../../support/visitors.ts';
import { unreported } from '../../support/write-reporter.ts';

// Far ahead: by its own clock, the database removes what is old.
const at = (hour: number) => new Date(Date.UTC(2096, 2, 1, hour));
const latestDate = new Date(8_640_000_000_000_000);
const page: PageRequest = { count: 50, offset: 0, sort: { ts: 1 }, signal: patient };
const database = useDatabase();
let now = at(12);
let rooms: ReturnType<typeof createRoomStore>;
let activity: ReturnType<typeof createRoomActivityStore>;
let search: ReturnType<typeof createRoomSearch>;
const insert = (given: Partial<Room> & { _id: string }): Promise<Room | null> =>
  rooms.open({ t: 'l', ts: at(0), lm: at(0), msgs: 0, v: { _id: 'v' }, ...given });

beforeAll(() => {
  rooms = createRoomStore(database.db, {
    clock: () => now,
    reporter: unreported,
    openRoomIsUnique: () => true,
  });
  activity = createRoomActivityStore(database.db, () => now, unreported);
  const timing = heldTableTiming(() => new Date(), 60_000);
  search = createRoomSearch(database.db, createRoomTables(database.db.collection('rocketchat_room'), timing));
});

describe('Listing rooms', () => {
  const ann = { _id: 'ann', username: 'Ann', ts: at(0) };
  const bob = { _id: 'bob', username: 'Bob', ts: at(0) };
  beforeAll(async () => {
    const v = { _id: 'v1' };
    await insert({ _id: 'queued', ts: at(1), open: true, fname: 'Mr. X', departmentId: 'sales', v });
    await insert({
      _id: 'served',
      ts: at(2),
      open: true,
      servedBy: ann,
      onHold: true,
      livechatData: { size: 'XXL+' },
    });
    await insert({
      _id: 'closed',
      ts: at(3),
      servedBy: bob,
      closedAt: at(5),
      tags: ['a', 'b'],
      departmentId: 'help',
    });
    await insert({ _id: 'missed', ts: at(4), closedAt: at(6) });
  });
  const list = async (filter: RoomFilter) =>
    (await read(search.list(filter, page))).items.map(({ _id }) => _id);

  it.each<[string, RoomFilter, string[]]>([
    ['nothing', {}, ['queued', 'served', 'closed', 'missed']],
    ['open ones, but not those on hold', { open: true }, ['queued']],
    ['open ones that are served, but not those on hold', { open: true, served: true }, []],
    ['closed ones', { open: false }, ['closed', 'missed']],
    ['those in the queue', { queued: true }, ['queued']],
    ['those in the queue, which nobody serves', { queued: true, open: true, served: true }, ['queued']],
    ['those on hold', { onHold: true }, ['served']],
    [
      'nothing, if those not on hold are asked for',
      { onHold: false },
      ['queued', 'served', 'closed', 'missed'],
    ],
    ['an agent by id', { agents: ['ann'] }, ['served']],
    ['agents by name', { agents: ['Ann', 'Bob'] }, ['served', 'closed']],
    ['a department', { departments: ['sales'] }, ['queued']],
    ['departments', { departments: ['sales', 'help'] }, ['queued', 'closed']],
    ['when they were opened, inclusive', { createdAt: { start: at(1), end: at(2) } }, ['queued', 'served']],
    ['when they were closed, inclusive', { closedAt: { start: at(5), end: at(5) } }, ['closed']],
    ['when they were closed, however late', { closedAt: { end: latestDate } }, ['closed', 'missed']],
    [
      'when they were opened and closed',
      { createdAt: { start: at(2), end: at(3) }, closedAt: { start: at(5), end: at(6) } },
      ['closed'],
    ],
    ['one of several tags', { tags: ['b', 'c'] }, ['closed']],
    ['a part of the name, ignoring case', { roomName: 'MR. x' }, ['queued']],
    ['a part of the name, taken literally', { roomName: 'Mr.*X' }, []],
    ['a part of a custom field, ignoring case', { customFields: { size: 'xl+' } }, ['served']],
  ])('filters by %s', async (_what, filter, expected) => {
    expect(await list(filter)).toEqual(expected);
  });
});

describe('Listing the chats of a visitor', () => {
  const v = { _id: 'talker' };
  const list = async (filter: Partial<ChatFilter>) => {
    const { items } = await read(
      search.listChats(
        { visitorId: 'talker', readable: 'all' },
        { closedOnly: false, servedOnly: false, ...filter },
        page,
      ),
    );
    return items.map(({ _id }) => _id);
  };

  it('filters by state and by source', async () => {
    const servedBy = { _id: 'ann', ts: at(0) };
    await insert({ _id: 'talk-1', ts: at(1), v, servedBy, source: { type: 'app', alias: 'My Shop' } });
    await insert({ _id: 'talk-2', ts: at(2), v, closedAt: at(3), source: { type: 'widget' } });
    expect(await list({})).toEqual(['talk-1', 'talk-2']);
    expect(await list({ closedOnly: true })).toEqual(['talk-2']);
    expect(await list({ servedOnly: true })).toEqual(['talk-1']);
    expect(await list({ source: 'WID' })).toEqual(['talk-2']);
    expect(await list({ source: 'my shop' })).toEqual(['talk-1']);
  });
});

describe('The rooms of a visitor that an agent may read', () => {
  const readChatIds = async (ofVisitor: VisitorRooms, filter: ChatFilter) =>
    collect(await search.readChatIds(ofVisitor, filter, page));
  const v = { _id: 'reader' };
  beforeAll(async () => {
    const served = (by: string) => ({ servedBy: { _id: by, ts: at(0) } });
    await insert({ _id: 'own-open', ts: at(1), v, open: true, ...served('ann') });
    await insert({ _id: 'own-closed', ts: at(2), v, ...served('ann') });
    await insert({ _id: 'other-open', ts: at(3), v, open: true, ...served('bob') });
    await insert({ _id: 'other-closed', ts: at(4), v, ...served('bob'), departmentId: 'reading' });
    await insert({ _id: 'waiting', ts: at(5), v, open: true });
    await insert({ _id: 'nobodys', ts: at(6), v });
    await insert({ _id: 'of-somebody-else', ts: at(7), v: { _id: 'else' }, ...served('ann') });
  });
  const none = { servedBy: 'ann', waiting: [], closed: [] } as const;

  it.each<[string, ReadableRooms, string[]]>([
    ['their own', none, ['own-open', 'own-closed']],
    ['what they may take', { ...none, waiting: ['waiting'] }, ['own-open', 'own-closed', 'waiting']],
    ['nothing that another has taken', { ...none, waiting: ['other-open'] }, ['own-open', 'own-closed']],
    [
      'closed ones of a department',
      { ...none, closed: ['reading'] },
      ['own-open', 'own-closed', 'other-closed'],
    ],
    ['all closed ones', { ...none, closed: 'all' }, ['own-open', 'own-closed', 'other-closed', 'nobodys']],
    ['all', 'all', ['own-open', 'own-closed', 'other-open', 'other-closed', 'waiting', 'nobodys']],
  ])('are %s', async (_what, readable, expected) => {
    const rooms = { visitorId: 'reader', readable };
    const { items, total } = await read(search.listByVisitor(rooms, page));
    expect(items.map(({ _id }) => _id)).toEqual(expected);
    expect(total).toBe(expected.length);
    expect(await readChatIds(rooms, { closedOnly: false, servedOnly: false })).toEqual(expected);
  });

  it('are filtered by source besides', async () => {
    const rooms = { visitorId: 'reader', readable: none };
    const filter = { closedOnly: false, servedOnly: false, source: 'widget' };
    expect(await readChatIds(rooms, filter)).toEqual([]);
  });
});

describe('A room', () => {
  const message = (_id: string, hour: number) => ({ _id, msg: _id, ts: at(hour), u: { _id: 'v' } });
  const silent = { from: 'visitor', asks: false } as const;

  it('is assigned to one agent, and only while it is open', async () => {
    await insert({ _id: 'wanted', open: true });
    const both = await Promise.all(['ann', 'bob'].map((_id) => rooms.serve('wanted', { _id, ts: at(1) })));
    expect(both.filter((room) => room !== null)).toHaveLength(1);
    await insert({ _id: 'over' });
    expect(await rooms.serve('over', { _id: 'ann', ts: at(1) })).toBeNull();
  });

  it('gives each message a unique time, even if the clock is behind', async () => {
    await insert({ _id: 'busy', open: true, lm: at(9) });
    const first = await activity.takeMessageTime('busy', at(8));
    const second = await activity.takeMessageTime('busy', at(8));
    expect([first?.room.lm, second?.room.lm]).toEqual([
      new Date(at(9).getTime() + 1),
      new Date(at(9).getTime() + 2),
    ]);
    expect((await activity.takeMessageTime('busy', at(10)))?.room.lm).toEqual(at(10));
    expect(await activity.takeMessageTime('busy', at(11), 'another visitor')).toBeNull();
    expect((await rooms.findById('busy'))?.lm).toEqual(at(10));
  });

  it('tells whether a time was reserved before whose message is not counted', async () => {
    const _id = unique('room');
    await insert({ _id, open: true, ts: at(1), lm: at(1) });
    const take = async () => (await activity.takeMessageTime(_id, at(2)))?.anyPending;
    expect(await take()).toBe(false);
    expect(await take()).toBe(true);
    const { lm = at(9) } = (await rooms.findById(_id)) ?? {};
    await activity.recordMessage(_id, { ...message('counted', 2), ts: lm }, silent);
    expect(await take()).toBe(false);
  });

  it('shows the message that was sent last as the last, in whatever order they are stored', async () => {
    await insert({ _id: 'shown', open: true, lm: at(2) });
    await activity.recordMessage('shown', message('later', 2), silent);
    await activity.recordMessage('shown', message('earlier', 1), silent);
    expect(await rooms.findById('shown')).toMatchObject({ msgs: 2, lastMessage: { _id: 'later' } });
    await activity.replaceLastMessage('shown', 'later', message('earlier', 1));
    expect(await rooms.findById('shown')).toMatchObject({ lastMessage: { _id: 'earlier' } });
    await activity.replaceLastMessage('shown', 'earlier', null);
    expect(await rooms.findById('shown')).not.toHaveProperty('lastMessage');
  });

  it('keeps its last message if another one is changed or deleted', async () => {
    const _id = unique('room');
    await insert({ _id, open: true });
    await activity.recordMessage(_id, message('first', 1), silent);
    await activity.recordMessage(_id, message('last', 2), silent);
    await activity.replaceLastMessage(_id, 'first', message('first', 1));
    expect((await rooms.findById(_id))?.lastMessage?._id).toBe('last');
    await activity.replaceLastMessage(_id, 'first', null);
    expect(await rooms.findById(_id)).toMatchObject({ lastMessage: { _id: 'last' } });
  });

  it('counts a message once, whoever records it first, and one that was missed only while it is the newest', async () => {
    const _id = unique('room');
    await insert({ _id, open: true });
    const [first, second, third] = [message('first', 1), message('second', 2), message('third', 3)];
    const racers = [activity.recordMessage, activity.recordUncounted, activity.recordMessage];
    const counted = await Promise.all(racers.map((record) => record(_id, first, silent)));
    expect(counted.filter(Boolean)).toHaveLength(1);
    expect(await activity.recordMessage(_id, third, silent)).toEqual({ isLast: true, previousTs: at(1) });
    expect(await activity.recordUncounted(_id, second, silent)).toBeNull();
    const late = [activity.recordMessage(_id, second, silent), activity.countOvertaken(_id, second, silent)];
    expect((await Promise.all(late)).filter(Boolean)).toHaveLength(1);
    expect(await rooms.findById(_id)).toMatchObject({ msgs: 3, lastMessage: { _id: 'third' } });
  });

  it('counts a message that another request took over once, even if a later one is the last by then', async () => {
    const _id = unique('room');
    await insert({ _id, open: true });
    const [first, second] = [message('first', 1), message('second', 2)];
    await activity.recordUncounted(_id, first, silent);
    await activity.recordMessage(_id, second, silent);
    expect(await activity.recordMessage(_id, first, silent)).toBeNull();
    expect(await rooms.findById(_id)).toMatchObject({ msgs: 2, lastMessage: { _id: 'second' } });
  });

  it('loses its tags only if the list is empty', async () => {
    const [tagged, empty] = [unique('room'), unique('room')];
    await insert({ _id: tagged, tags: ['a'] });
    await insert({ _id: empty, tags: [] });
    await rooms.dropEmptyTags([tagged, empty]);
    expect((await rooms.findById(tagged))?.tags).toEqual(['a']);
    expect(await rooms.findById(empty)).not.toHaveProperty('tags');
  });

  it('keeps the value of a custom field unless it is empty or to be replaced', async () => {
    const _id = unique('room');
    const v = { _id: unique('visitor') };
    await insert({ _id, open: true, v, livechatData: { kept: 'old', empty: '' } });
    const values = { kept: 'new', empty: 'new', absent: 'new' };
    await rooms.setLivechatData(v._id, { always: {}, ifAbsent: values });
    const filled = { kept: 'old', empty: 'new', absent: 'new' };
    expect((await rooms.findById(_id))?.livechatData).toEqual(filled);
    now = at(13);
    await rooms.setLivechatData(v._id, { always: {}, ifAbsent: { kept: 'other' } });
    expect(await rooms.findById(_id)).toMatchObject({ livechatData: filled, _updatedAt: at(12) });
    await rooms.setLivechatData(v._id, { always: { kept: 'new' }, ifAbsent: {} });
    expect(await rooms.findById(_id)).toMatchObject({ livechatData: { kept: 'new' }, _updatedAt: at(13) });
  });
});

it('tells the newest rooms of a visitor, whatever their ids', async () => {
  const [v, ids] = [{ _id: unique('visitor') }, ['b', 'c', 'a'].map((prefix) => unique(prefix))] as const;
  for (const [minute, _id] of ids.entries()) await insert({ _id, v, ts: at(minute) });
  expect(await rooms.listIdsByVisitor(v._id, 2)).toEqual([ids[2], ids[1]]);
});

it('ignores rooms of other kinds, such as a team’s, and leaves them alone', async () => {
  const [chat, channel] = [unique('room'), unique('room')];
  const v = { _id: unique('visitor') };
  await insert({ _id: chat, v });
  await collection(database.db, 'room').insertOne({ _id: channel, t: 'c', ts: at(0), v, open: true });
  expect(await rooms.findById(channel)).toBeNull();
  expect(await rooms.listIdsByVisitor(v._id)).toEqual([chat]);
  expect(await read(search.listByVisitor({ visitorId: v._id, readable: 'all' }, page))).toMatchObject({
    items: [{ _id: chat }],
    total: 1,
  });
  expect(await rooms.serve(channel, { _id: 'ann', ts: at(1) })).toBeNull();
  expect(await rooms.countByVisitor(v._id)).toBe(1);
  await rooms.delete([chat, channel]);
  expect(await rooms.findById(chat)).toBeNull();
  expect(await collection(database.db, 'room').findOne({ _id: channel })).toMatchObject({ open: true });
});
