import { setTimeout as delay } from 'node:timers/promises';
import type { Collection } from 'mongodb';
import type { Room } from '../../../src/domain/rooms/room.ts';
import { createRoomTexts } from '../../../src/storage/rooms/room-texts.ts';
import { type TextSearch, textSearchTiming } from '../../../src/storage/text-search/text-search.ts';
import { patient } from '../../support/paging.ts';
import { useDatabase } from '../../support/use-database.ts';

const database = useDatabase();
const timing = textSearchTiming(() => new Date());
let rooms: Collection<Room>;
let names: TextSearch;
const store = (_id: string, fname: string, t = 'l') =>
  rooms.insertOne({ _id, t, fname, ts: new Date(), _updatedAt: new Date() } as Room);
const find = async (text: string) => (await names.find(text, patient))?.toSorted();

beforeAll(() => {
  rooms = database.db.collection('rocketchat_room');
  names = createRoomTexts(rooms, { ...timing, readTimeoutMs: 60_000 }).names;
});
beforeEach(() => rooms.deleteMany({ _id: { $gt: '' } }));

describe('The names of rooms', () => {
  it('are found by any part of them, in any case', async () => {
    await store('one', 'Grüße aus Ulm');
    await store('another', 'GRÜßE');
    await store('third', 'Ulf');
    expect(await find('rüß')).toEqual(['GRÜßE', 'Grüße aus Ulm']);
    expect(await find('ul')).toEqual(['Grüße aus Ulm', 'Ulf']);
    expect(await find('f')).toEqual(['Ulf']);
    expect(await find('ulfi')).toEqual([]);
  });

  it('are found once, however many rooms have them', async () => {
    await store('first', 'Twin');
    await store('second', 'Twin');
    expect(await find('twin')).toEqual(['Twin']);
  });

  it('are found as soon as somebody has opened a room, or given it another name', async () => {
    expect(await find('anselm')).toEqual([]);
    await store('new', 'Anselm');
    expect(await find('anselm')).toEqual(['Anselm']);
    await rooms.updateOne({ _id: 'new' }, { $set: { fname: 'Anselma', _updatedAt: new Date() } });
    expect(await find('anselma')).toEqual(['Anselma']);
  });

  it('are those of livechat rooms', async () => {
    await store('channel', 'Kitchen talk', 'c');
    expect(await find('kitchen')).toEqual([]);
  });
});

describe('The values of a custom field', () => {
  const storeValue = (_id: string, livechatData: object) =>
    rooms.insertOne({ _id, t: 'l', livechatData, ts: new Date(), _updatedAt: new Date() } as Room);
  const patientTexts = () => createRoomTexts(rooms, { ...timing, readTimeoutMs: 60_000 });

  it('are found by any part of them, each as the room that has it', async () => {
    await storeValue('one', { order: 'Order 17', note: 'order 3' });
    await storeValue('several', { order: ['order 18', 'ORDER 171'] });
    await storeValue('number', { order: 17 });
    const { valuesOf } = patientTexts();
    expect((await valuesOf('order').find('order 17', patient))?.toSorted()).toEqual(['one', 'several']);
    expect(await valuesOf('note').find('order', patient)).toEqual(['one']);
    expect(await valuesOf('constructor').find('order', patient)).toEqual([]);
  });

  it('are found as soon as somebody has set them, also in a field that gave way to others', async () => {
    const { valuesOf } = patientTexts();
    for (const field of ['order', 'note', 'size', 'order'])
      expect(await valuesOf(field).find('17', patient)).toEqual([]);
    await storeValue('new', { order: '17', size: '171' });
    for (const field of ['order', 'size']) expect(await valuesOf(field).find('17', patient)).toEqual(['new']);
  });

  it('end being read when nobody looks for them any more', async () => {
    let reads = 0;
    const findRooms = (...given: Parameters<typeof rooms.find>) => {
      reads += 1;
      return rooms.find(...given);
    };
    await rooms.insertMany(
      Array.from({ length: 1_500 }, (_, n) => ({ _id: `room-${n}`, t: 'l', ts: new Date() }) as Room),
    );
    const counted = Object.create(rooms, { find: { value: findRooms } });
    const texts = createRoomTexts(counted, timing).valuesOf('order');
    const searching = texts.find('17', patient);
    texts.forget();
    await searching;
    expect(reads).toBe(1);
  });
});

/** The rooms, and what lets them be read. */
function heldRooms() {
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const findSlowly = (...given: Parameters<typeof rooms.find>) => {
    const cursor = rooms.find(...given);
    return Object.create(cursor, { toArray: { value: () => held.then(() => cursor.toArray()) } });
  };
  return { slow: Object.create(rooms, { find: { value: findSlowly } }), goOn };
}

it('does without the names if reading them takes long, and has them for a later search', async () => {
  await store('room', 'Patience');
  const { slow, goOn } = heldRooms();
  const impatient = createRoomTexts(slow, { ...timing, readTimeoutMs: 0 }).names;
  expect(await impatient.find('patience', patient)).toBeNull();
  goOn();
  await expect(untilFound(impatient, 'patience')).resolves.toEqual(['Patience']);
});

it('waits for the names only as long as somebody waits for the search', async () => {
  const { slow, goOn } = heldRooms();
  const { names: waiting } = createRoomTexts(slow, { ...timing, readTimeoutMs: 60 * 60_000 });
  const leaving = new AbortController();
  const left = waiting.find('patience', leaving.signal);
  leaving.abort();
  expect(await left).toBeNull();
  goOn();
});

it('does without the names if they cannot be read, and reads them for the next search', async () => {
  await store('room', 'Persistence');
  let isAway = true;
  const findRooms = (...given: Parameters<typeof rooms.find>) => {
    if (isAway) throw new Error('the database is away');
    return rooms.find(...given);
  };
  const { names: unlucky } = createRoomTexts(Object.create(rooms, { find: { value: findRooms } }), {
    ...timing,
    readTimeoutMs: 60_000,
  });
  expect(await unlucky.find('persistence', patient)).toBeNull();
  isAway = false;
  expect(await unlucky.find('persistence', patient)).toEqual(['Persistence']);
});

async function untilFound(among: TextSearch, text: string): Promise<readonly string[]> {
  for (;;) {
    const found = await among.find(text, patient);
    if (found) return found;
    await delay(5);
  }
}
