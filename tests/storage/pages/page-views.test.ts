import type { PageView } from '../../../src/domain/pages/page-view.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import type { PageViewExpiry } from '../../../src/storage/pages/page-view-expiry.ts';
import { createPageViewStorage } from '../../../src/storage/pages/page-views.ts';
import { useDatabase } from '../../support/use-database.ts';
import { collection, unique } from '../../support/visitors.ts';
import { unreported } from '../../support/write-reporter.ts';

const now = new Date('2026-03-01T10:00:00Z');
const thirtyDaysOn = new Date('2026-03-31T10:00:00Z');
const database = useDatabase();

const viewOf = (given: Partial<PageView> = {}): PageView => ({
  _id: unique('view'),
  t: 'livechat_navigation_history',
  msg: 'Cart',
  ts: now,
  u: { _id: 'rocket.cat' },
  navigation: {
    page: { title: 'Cart', change: 'url', location: { href: 'https://shop.example/' } },
    token: 'token',
  },
  ...given,
});

/** A storage of page views, and what it notes of their expiry. */
function openStorage(schedule: PageViewExpiry['schedule'] = async () => undefined) {
  const noted: Parameters<PageViewExpiry['schedule']>[] = [];
  const expiry = {
    schedule: (...given: Parameters<PageViewExpiry['schedule']>) => {
      noted.push(given);
      return schedule(...given);
    },
    deleteExpired: async () => 0,
  };
  const reporters = { messages: unreported, rooms: unreported };
  const parts = { db: database.db, clock: () => now, logger: createLogger('silent'), expiry, reporters };
  return { noted, storage: createPageViewStorage(parts) };
}

describe('page views', () => {
  it('without a room are noted to expire in thirty days, those of a room are not', async () => {
    const { noted, storage } = openStorage();
    const roomless = viewOf({ expireAt: 1 });
    await Promise.all([roomless, viewOf({ rid: 'room' })].map((view) => storage.append(view)));
    expect(noted).toEqual([[[roomless._id], thirtyDaysOn]]);
  });

  it('are not acknowledged where nothing would ever delete them', async () => {
    const { storage } = openStorage(() => Promise.reject(new Error('not noted')));
    await expect(storage.append(viewOf({ expireAt: 1 }))).rejects.toThrow('not noted');
  });

  it('count in their room only as far as they are stored', async () => {
    const rid = unique('room');
    await collection(database.db, 'room').insertOne({ _id: rid, msgs: 0 });
    const { storage } = openStorage();
    const stored = viewOf({ rid });
    const views = [stored, { ...stored }, viewOf({ rid })];
    const outcomes = await Promise.allSettled(views.map((view) => storage.append(view)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await collection(database.db, 'room').findOne({ _id: rid })).toMatchObject({ msgs: 2 });
  });

  it('are acknowledged though their room cannot be counted up', async () => {
    const rid = unique('room');
    await collection(database.db, 'room').insertOne({ _id: rid, msgs: 'many' });
    const view = viewOf({ rid });
    await openStorage().storage.append(view);
    expect(await collection(database.db, 'message').findOne({ _id: view._id })).not.toBeNull();
  });
});
