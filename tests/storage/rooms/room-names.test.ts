import { setTimeout as delay } from 'node:timers/promises';
import type { Collection } from 'mongodb';
import type { Room } from '../../../src/domain/rooms/room.ts';
import { createRoomNames, type RoomNames, roomNamesTiming } from '../../../src/storage/rooms/room-names.ts';
import { patient } from '../../support/paging.ts';
import { useDatabase } from '../../support/use-database.ts';

const database = useDatabase();
const timing = roomNamesTiming(() => new Date());
let rooms: Collection<Room>;
let names: RoomNames;
const store = (_id: string, fname: string, t = 'l') =>
  rooms.insertOne({ _id, t, fname, ts: new Date(), _updatedAt: new Date() } as Room);
const find = async (text: string) => (await names.find(text, patient))?.toSorted();

beforeAll(() => {
  rooms = database.db.collection('rocketchat_room');
  names = createRoomNames(rooms, { ...timing, readTimeoutMs: 60_000 });
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

it('does without the names if reading them takes long, and has them for a later search', async () => {
  await store('room', 'Patience');
  const impatient = createRoomNames(rooms, { ...timing, readTimeoutMs: 0 });
  expect(await impatient.find('patience', patient)).toBeNull();
  await expect(untilFound(impatient, 'patience')).resolves.toEqual(['Patience']);
});

it('does without the names if they cannot be read, and reads them for the next search', async () => {
  await store('room', 'Persistence');
  let isAway = true;
  const findRooms = (...given: Parameters<typeof rooms.find>) => {
    if (isAway) throw new Error('the database is away');
    return rooms.find(...given);
  };
  const unlucky = createRoomNames(Object.create(rooms, { find: { value: findRooms } }), {
    ...timing,
    readTimeoutMs: 60_000,
  });
  expect(await unlucky.find('persistence', patient)).toBeNull();
  isAway = false;
  expect(await unlucky.find('persistence', patient)).toEqual(['Persistence']);
});

async function untilFound(among: RoomNames, text: string): Promise<readonly string[]> {
  for (;;) {
    const found = await among.find(text, patient);
    if (found) return found;
    await delay(5);
  }
}
