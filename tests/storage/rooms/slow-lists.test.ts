import type { Collection, Db } from 'mongodb';
import { collect, type PageRequest } from '../../../src/domain/paging.ts';
import type { Room } from '../../../src/domain/rooms/room.ts';
import { createRoomSearch } from '../../../src/storage/rooms/room-search.ts';
import { createRoomTables } from '../../../src/storage/rooms/room-tables.ts';
import { heldTableTiming } from '../../../src/storage/text-search/held-table.ts';
import { patient } from '../../support/paging.ts';
import { useDatabase } from '../../support/use-database.ts';

const database = useDatabase();
const timing = heldTableTiming(() => new Date(), 0);
const page: PageRequest = { count: 10, offset: 0, sort: { ts: -1 }, signal: patient };
const filter = { tags: ['vip'], departments: ['sales'] };
let rooms: Collection<Room>;

beforeAll(async () => {
  rooms = database.db.collection('rocketchat_room');
  const ofSales = { t: 'l', departmentId: 'sales', tags: ['vip'] };
  await rooms.insertMany([
    { _id: 'one', ...ofSales },
    { _id: 'another', ...ofSales },
  ] as Room[]);
});

/** The database, which goes on looking for rooms until it is told that nobody waits. */
function unendingDatabase() {
  const ended: string[] = [];
  const find = (...[given, options]: Parameters<typeof rooms.find>) => {
    const cursor = rooms.find(given, options);
    const hasNext = () =>
      new Promise<boolean>((_, fail) => {
        options?.signal?.addEventListener('abort', () => {
          ended.push('a list');
          fail(new Error('nobody waits'));
        });
      });
    return Object.assign(cursor, { hasNext });
  };
  const unending = Object.create(rooms, { find: { value: find } });
  const db = Object.create(database.db, { collection: { value: () => unending } }) as Db;
  return { db, ended };
}

describe('A list that the database takes long for', () => {
  it('is answered from memory once the rooms have been read, and the database need not go on', async () => {
    const { db, ended } = unendingDatabase();
    const search = createRoomSearch(db, createRoomTables(rooms, timing));
    const { items, total, isComplete } = await search.list(filter, page);
    expect((await collect(items)).map(({ _id }) => _id)).toEqual(['one', 'another']);
    expect([total, isComplete, ended]).toEqual([2, true, ['a list']]);
  });

  it('ends when nobody waits for it', async () => {
    const { db, ended } = unendingDatabase();
    const search = createRoomSearch(db, createRoomTables(rooms, timing));
    const leaving = new AbortController();
    const rated = { ...filter, rating: 'good' } as const;
    const listed = search.list(rated, { ...page, signal: leaving.signal });
    setImmediate(() => leaving.abort());
    await expect(listed).rejects.toThrow();
    expect(ended).toEqual(['a list']);
  });
});
