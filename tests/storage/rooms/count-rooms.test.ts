import { createRoomSearch } from '../../../src/storage/rooms/room-search.ts';
import { createRoomTables } from '../../../src/storage/rooms/room-tables.ts';
import { heldTableTiming } from '../../../src/storage/text-search/held-table.ts';
import { patient, read } from '../../support/paging.ts';
import { useDatabase } from '../../support/use-database.ts';
import { unique } from '../../support/visitors.ts';

const page = { count: 50, offset: 0, sort: { ts: 1 }, signal: patient } as const;
const database = useDatabase();

describe('Counting all rooms', () => {
  it('is right among many, and leaves out those of other types', async () => {
    const rooms = database.db.collection<{ _id: string }>('rocketchat_room');
    const tables = createRoomTables(
      database.db.collection('rocketchat_room'),
      heldTableTiming(() => new Date(), 0),
    );
    const search = createRoomSearch(database.db, tables);
    const others = ['d', 'c', 'p', 'v'].map((t) => ({ _id: unique('other'), t }));
    const listed = async () => (await read(search.list({}, page))).total;
    const before = await listed();
    await rooms.insertMany(others);
    expect(await listed()).toBe(before);
    const many = Array.from({ length: 10_001 }, () => ({ _id: unique('many'), t: 'l' }));
    await rooms.insertMany(many);
    expect(await listed()).toBe(before + many.length);
  });
});
