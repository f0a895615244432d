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

  it('deletes at the very moment, and not before', async () => {
    await messages().insertOne({ _id: 'on the dot' });
    const expiry = createPageViewExpiry(service.db, unreported);
    await expiry.schedule(['on the dot'], later(1));
    expect(await expiry.deleteExpired(new Date(later(1).getTime() - 1), signal)).toBe(0);
    expect(await expiry.deleteExpired(later(1), signal)).toBe(1);
  });

  it('finishes what an earlier deletion left undone', async () => {
    await messages().insertOne({ _id: 'left-over' });
    const expiry = createPageViewExpiry(service.db, unreported);
    await expiry.schedule(['already-gone', 'left-over'], writtenAt);
    await Promise.all([expiry.deleteExpired(later(1), signal), expiry.deleteExpired(later(1), signal)]);
    expect(await messages().findOne({ _id: 'left-over' })).toBeNull();
  });

  it('begins when the service starts, which may not live for an hour', async () => {
    await messages().insertOne({ _id: 'overdue' });
    await createPageViewExpiry(service.db, unreported).schedule(['overdue'], writtenAt);
    const clock = () => later(1);
    const other = await startTestService({ MONGO_URL: service.mongoUrl }, { clock });
    await other.stop();
    expect(await messages().findOne({ _id: 'overdue' })).toBeNull();
  });
});
