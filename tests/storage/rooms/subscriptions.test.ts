import type { Subscription, SubscriptionStore } from '../../../src/domain/rooms/subscription.ts';
import { createSubscriptionStore } from '../../../src/storage/rooms/subscriptions.ts';
import { useDatabase } from '../../support/use-database.ts';
import { collection, unique } from '../../support/visitors.ts';
import { unreported } from '../../support/write-reporter.ts';

const database = useDatabase();

describe('the seat of an agent', () => {
  let store: SubscriptionStore;
  beforeEach(() => {
    store = createSubscriptionStore(database.db, () => new Date(), unreported);
  });
  const seatIn = (rid: string, agentId: string, given: Partial<Subscription> = {}): Subscription => ({
    ...{ _id: unique('seat'), rid, name: 'Vi', t: 'l', u: { _id: agentId, username: agentId } },
    ...{ open: true, unread: 0 },
    ...given,
  });
  const seatsIn = (rid: string) =>
    collection(database.db, 'subscription').find({ rid }).sort({ 'u._id': 1 }).toArray();

  it('is his, and nobody else is found in it', async () => {
    const rid = unique('room');
    await store.ensure(seatIn(rid, 'ann'));
    expect(await store.findByRoomAndUser(rid, 'ann')).toMatchObject({ rid, u: { _id: 'ann' } });
    expect(await store.findByRoomAndUser(rid, 'bob')).toBeNull();
    expect(await store.findByRoomAndUser(unique('room'), 'ann')).toBeNull();
  });

  it('is the one he has, also where a Rocket.Chat gave it to him', async () => {
    const rid = unique('room');
    const theirs = seatIn(rid, 'ann', { unread: 3 });
    await collection(database.db, 'subscription').insertOne({ ...theirs });
    await store.ensure(seatIn(rid, 'ann'));
    expect(await seatsIn(rid)).toEqual([theirs]);
  });

  it('is unread and shown again when somebody else speaks', async () => {
    const rid = unique('room');
    for (const agentId of ['ann', 'bob']) await store.ensure(seatIn(rid, agentId, { open: false }));
    await store.alert(rid, 'ann', true);
    expect(await seatsIn(rid)).toMatchObject([
      { u: { _id: 'ann' }, unread: 0, open: false },
      { u: { _id: 'bob' }, unread: 1, open: true, alert: true },
    ]);
    await store.alert(rid, 'bob', false);
    expect(await seatsIn(rid)).toMatchObject([
      { u: { _id: 'ann' }, unread: 0, open: true, alert: true },
      { u: { _id: 'bob' }, unread: 1 },
    ]);
  });

  it('shows the new name of the visitor', async () => {
    const rid = unique('room');
    await store.ensure(seatIn(rid, 'ann', { fname: 'Vi' }));
    await store.rename([rid], 'Viola');
    expect(await seatsIn(rid)).toMatchObject([{ name: 'Viola', fname: 'Viola' }]);
  });
});
