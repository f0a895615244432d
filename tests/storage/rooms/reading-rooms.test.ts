import { type Collection, MongoNetworkError } from 'mongodb';
import { collect } from '../../../src/domain/paging.ts';
import type { Room } from '../../../src/domain/rooms/room.ts';
import { createRoomTables, type RoomTables } from '../../../src/storage/rooms/room-tables.ts';
import { at, listed, page, storeRoom, timing } from '../../support/room-tables.ts';
import { useDatabase } from '../../support/use-database.ts';

/** So many are read before the others. */
const firstBatch = 250;
const database = useDatabase();
let rooms: Collection<Room>;

const store = (room: Record<string, unknown> & { _id: string }) => storeRoom(rooms, 1, room);

beforeAll(() => {
  rooms = database.db.collection('rocketchat_room');
});
beforeEach(() => rooms.deleteMany({ _id: { $gt: '' } }));

/** Lets rooms be read into memory. */
const begin = (of: RoomTables) => void of.list({ roomName: 'nobody' }, page);

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
    if (options?.skip === undefined) return cursor;
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
    while (found?.total !== firstBatch) found = await ask();
    expect(found.isComplete).toBe(false);
    expect(await collect(found.items)).toMatchObject([{ _id: 'room-1499' }]);
    goOn();
    while (!found?.isComplete) found = await ask();
    expect(found.total).toBe(1_500);
  });

  it('filters that can do without are left to the database', async () => {
    const { slow, goOn } = heldRooms();
    const waiting = createRoomTables(slow, timing);
    begin(waiting);
    expect(await listed(waiting, { departments: ['a'], tags: ['b'] })).toBeNull();
    goOn();
  });

  it('pages that can do without are found as soon as all have been read', async () => {
    const { slow, goOn } = heldRooms();
    const found = createRoomTables(slow, timing).listOnceRead({ tags: ['a'], departments: ['b'] }, page);
    goOn();
    expect(await found).toMatchObject({ total: 0, isComplete: true });
  });

  it('pages that can do without are found among those read so far, if somebody has waited for long', async () => {
    const { slow, goOn } = heldRooms();
    const impatient = createRoomTables(slow, timing, 0);
    const ask = () => impatient.listOnceRead({ createdAt: { start: at(0) } }, { ...page, count: 1 });
    let found = await ask();
    while (found?.total !== firstBatch) found = await ask();
    expect(found.isComplete).toBe(false);
    goOn();
    while (!found?.isComplete) found = await ask();
    expect(found.total).toBe(1_500);
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
    begin(tables);
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
    expect(await listed(createRoomTables(slow, timing), { roomName: 'guest' }, { count: 1 })).toEqual({
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
    // Whoever reads all asks seven times: for six batches and the end. The one that was given up has had one batch, and has
    // asked for the next two: both would be fourteen.
    expect(batches()).toBeLessThanOrEqual(10);
  });
});

it('gives the memory back when nobody has asked for long, so that what can do without is left to the database', async () => {
  await store({ _id: 'room', fname: 'Brevity', tags: ['short'] });
  const brief = createRoomTables(rooms, { ...timing, keptMs: 0 });
  begin(brief);
  // By then, what began to be read before has been read as well.
  expect(await listed(createRoomTables(rooms, timing), { roomName: 'brev' })).toMatchObject({ total: 1 });
  expect(await listed(brief, { exactName: 'Brevity', tags: ['short'] })).toBeNull();
});

it('leaves a search to the database if the rooms cannot be read, and reads them for the next one', async () => {
  await store({ _id: 'room', fname: 'Persistence' });
  let isAway = true;
  const findRooms = (...given: Parameters<typeof rooms.find>) => {
    if (isAway) throw new Error('the database is away');
    return rooms.find(...given);
  };
  const unlucky = createRoomTables(Object.create(rooms, { find: { value: findRooms } }), timing);
  expect(await listed(unlucky, { roomName: 'persistence' })).toBeNull();
  isAway = false;
  expect(await listed(unlucky, { roomName: 'persistence' })).toMatchObject({ ids: ['room'] });
});
