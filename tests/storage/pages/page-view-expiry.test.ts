import type { Db } from 'mongodb';
import { randomIds } from '../../../src/domain/ids.ts';
import { createPageViewExpiry } from '../../../src/storage/pages/page-view-expiry.ts';
import { apiClient } from '../../support/client.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { collection } from '../../support/visitors.ts';
import { unreported } from '../../support/write-reporter.ts';

const { signal } = new AbortController();
const day = 24 * 60 * 60 * 1000;
const pageInfo = { change: 'url', title: 'Cart', location: { href: 'https://shop.example/cart' } };

describe('the retention of page views', () => {
  const writtenAt = new Date('2026-03-01T10:00:00Z');
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({}, { clock: () => writtenAt });
  });
  afterAll(() => service.stop());
  const messages = () => service.db.collection<{ _id: string; rid?: string }>('rocketchat_message');
  const tokens = async () => (await messages().distinct('navigation.token')).sort();
  const later = (days: number) => new Date(writtenAt.getTime() + days * day);

  it('deletes views without a room after 30 days, and nothing that is a room’s or Rocket.Chat’s', async () => {
    const client = apiClient(service.app);
    const room = { t: 'l', v: { _id: 'visitor', token: 'has-a-room' } };
    await collection(service.db, 'room').insertOne({ _id: 'r1', ...room });
    await Promise.all([
      client.post('livechat/page.visited', { token: 'stays-roomless', pageInfo }),
      client.post('livechat/page.visited', { token: 'gets-a-room', pageInfo }),
      client.post('livechat/page.visited', { token: 'has-a-room', rid: 'r1', pageInfo }),
      client.post('livechat/page.visited', { token: 'invents-a-room', rid: 'r0', pageInfo }),
    ]);
    await messages().updateOne({ 'navigation.token': 'gets-a-room' } as object, { $set: { rid: 'r2' } });
    const theirs = { t: 'livechat_navigation_history', navigation: { token: 'rocket-chats' }, expireAt: 1 };
    await messages().insertOne({ _id: 'written-by-rocket-chat', ...theirs } as { _id: string });

    // A date, which sorts and expires; a number would be passed over by MongoDB's comparison with dates.
    const dated = await service.db
      .collection('foyer_page_view_expiry')
      .countDocuments({ expireAt: { $type: 'date' } });
    expect(dated).toBeGreaterThan(0);
    expect(await service.db.collection('foyer_page_view_expiry').countDocuments()).toBe(dated);

    const expiry = createPageViewExpiry(service.db, unreported);
    expect(await expiry.deleteExpired(later(29.9), signal)).toBe(0);
    expect(await tokens()).toEqual([
      'gets-a-room',
      'has-a-room',
      'invents-a-room',
      'rocket-chats',
      'stays-roomless',
    ]);
    expect(await expiry.deleteExpired(later(30.1), signal)).toBe(2);
    expect(await tokens()).toEqual(['gets-a-room', 'has-a-room', 'rocket-chats']);
    expect(await service.db.collection('foyer_page_view_expiry').countDocuments()).toBe(0);
  });

  /** Stores a page view without a room. */
  const storeView = async (_id = randomIds.hexId()): Promise<string> => {
    await messages().insertOne({ _id, t: 'livechat_navigation_history' } as { _id: string });
    return _id;
  };
  const isStored = async (_id: string) => (await messages().findOne({ _id })) !== null;

  it('deletes when the last view of a second is due, and not before', async () => {
    const views = [await storeView(), await storeView()];
    const expiry = createPageViewExpiry(service.db, unreported);
    await expiry.schedule(views, later(1));
    const inTime = new Date(later(1).getTime() + 1_000);
    expect(await expiry.deleteExpired(new Date(inTime.getTime() - 1), signal)).toBe(0);
    expect(await expiry.deleteExpired(inTime, signal)).toBe(2);
  });

  it('takes note of a second once, though two write it down at the same time', async () => {
    const [view, alike] = ['65e1a2b3c4d5e6f708000001', '65e1a2b3c4d5e6f708000002'];
    const entries = () =>
      service.db
        .collection<{ _id: string }>('foyer_page_view_expiry')
        .countDocuments({ _id: view.slice(0, 18) });
    const expiries = [0, 1].map(() => createPageViewExpiry(service.db, unreported));
    await Promise.all(
      expiries.flatMap((each) => [each.schedule([view], later(1)), each.schedule([alike], later(1))]),
    );
    expect(await entries()).toBe(1);
    const other = await storeView('65e1a2b3c4d5e6f709000001');
    await Promise.all([view, alike].map(storeView));
    expect(await expiries[0]?.deleteExpired(later(2), signal)).toBe(2);
    expect(await isStored(other)).toBe(true);
  });

  it('takes note again of what could not be written down', async () => {
    const view = await storeView();
    const collectionOf = service.db.collection.bind(service.db);
    let failures = 1;
    const insertOne = async (document: { _id: string }) => {
      if (failures-- > 0) throw new Error('away');
      return collectionOf<{ _id: string }>('foyer_page_view_expiry').insertOne(document);
    };
    const db = {
      collection: (name: string) => (name.endsWith('expiry') ? { insertOne } : collectionOf(name)),
    };
    const expiry = createPageViewExpiry(db as unknown as Db, unreported);
    await expect(expiry.schedule([view], later(1))).rejects.toThrow('away');
    await expiry.schedule([view], later(1));
    expect(await createPageViewExpiry(service.db, unreported).deleteExpired(later(2), signal)).toBe(1);
  });

  it('deletes the views of an entry that lists them', async () => {
    const view = await storeView('listed-by-name');
    const entry = { _id: view, messageIds: [view, 'already-gone'], expireAt: later(1) };
    await service.db.collection<typeof entry>('foyer_page_view_expiry').insertOne(entry);
    expect(await createPageViewExpiry(service.db, unreported).deleteExpired(later(1), signal)).toBe(1);
  });

  it('finishes what an earlier deletion left undone', async () => {
    const view = await storeView();
    const expiry = createPageViewExpiry(service.db, unreported);
    await expiry.schedule([view], writtenAt);
    await Promise.all([expiry.deleteExpired(later(1), signal), expiry.deleteExpired(later(1), signal)]);
    expect(await isStored(view)).toBe(false);
  });

  it('begins when the service starts, which may not live for an hour', async () => {
    const overdue = await storeView();
    await createPageViewExpiry(service.db, unreported).schedule([overdue], writtenAt);
    const clock = () => later(1);
    const other = await startTestService({ MONGO_URL: service.mongoUrl }, { clock });
    await other.stop();
    expect(await isStored(overdue)).toBe(false);
  });
});
