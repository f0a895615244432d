import type { Message, MessageStore } from '../../../src/domain/messages/message.ts';
import { createMessageStore } from '../../../src/storage/messages/messages.ts';
import { patient } from '../../support/paging.ts';
import { useDatabase } from '../../support/use-database.ts';
import { unique } from '../../support/visitors.ts';
import { unreported } from '../../support/write-reporter.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 2, 1, hour));
const database = useDatabase();
let now = at(12);

describe('messages', () => {
  let store: MessageStore;
  beforeEach(() => {
    store = createMessageStore(database.db, () => now, unreported);
  });
  const insert = async (rid: string, hour: number, given: Partial<Message> = {}): Promise<Message> => {
    const message = { _id: unique('message'), rid, msg: 'Hello', ts: at(hour), u: { _id: 'ann' }, ...given };
    await store.insert(message);
    return message;
  };

  it('have a last one in a room, among those that people wrote and can see', async () => {
    const rid = unique('room');
    expect(await store.findLastOfRoom(rid, at(9))).toBeNull();
    await insert(rid, 1);
    const last = await insert(rid, 3);
    await insert(rid, 2);
    await insert(rid, 4, { _hidden: true });
    await insert(rid, 5, { t: 'uj', msg: '' });
    await insert(unique('room'), 6);
    expect((await store.findLastOfRoom(rid, at(9)))?._id).toBe(last._id);
    expect((await store.findLastOfRoom(rid, at(2)))?.ts).toEqual(at(2));
  });

  it('are deleted once', async () => {
    const { _id } = await insert(unique('room'), 1);
    expect([await store.delete(_id), await store.delete(_id)]).toEqual([true, false]);
  });

  it('are looked through in the rooms that are named, and in no others', async () => {
    const [room, other] = [unique('room'), unique('room')];
    for (const rid of [room, other, room]) await insert(rid, 1, { msg: 'Where is my order?' });
    expect(await store.listRoomsWithText([room, unique('room')], 'my order', patient)).toEqual([room]);
  });

  it('that tell of pages seen go to the room of their visitor, unless they have one', async () => {
    const [token, rid, earlier] = [unique('token'), unique('room'), unique('room')];
    const page = { title: 'Cart', change: 'url', location: { href: 'https://shop.example/' } };
    const view = { t: 'livechat_navigation_history', navigation: { page, token } };
    const { _id: seen } = await insert(earlier, 1, view);
    const { rid: _, ...roomless } = await insert(rid, 2, { ...view, _id: unique('view') });
    await store.delete(roomless._id);
    await store.insert(roomless);
    now = at(13);
    await store.adoptPageViews([token], rid);
    expect(await store.findById(seen)).toMatchObject({ rid: earlier });
    expect(await store.findById(roomless._id)).toMatchObject({ rid, _updatedAt: at(13) });
  });
});
