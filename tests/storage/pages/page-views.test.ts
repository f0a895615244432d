import type { PageView } from '../../../src/domain/pages/page-view.ts';
import type { ViewedPage } from '../../../src/domain/visits/visit.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import type { PageViewExpiry } from '../../../src/storage/pages/page-view-expiry.ts';
import { createPageViewStorage } from '../../../src/storage/pages/page-views.ts';
import { createRoomOwners } from '../../../src/storage/pages/room-owners.ts';
import { visitCollectionsOf } from '../../../src/storage/visits/visitor-documents.ts';
import { useDatabase } from '../../support/use-database.ts';
import { collection, unique } from '../../support/visitors.ts';
import { unreported } from '../../support/write-reporter.ts';

const now = new Date('2026-03-01T10:00:00Z');
const thirtyDaysOn = new Date('2026-03-31T10:00:00Z');
const database = useDatabase();

/** A stored room of the visitor whose views these are. */
async function roomOfVisitor(given: object = {}): Promise<string> {
  const rid = unique('room');
  await collection(database.db, 'room').insertOne({
    _id: rid,
    t: 'l',
    msgs: 0,
    v: { _id: 'visitor', token: 'token' },
    ...given,
  });
  return rid;
}

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

const pageOf = (_id = unique('page')): ViewedPage => ({
  _id,
  token: 'token',
  url: 'https://shop.example/',
  title: 'Cart',
  openedAt: now,
  greeting: '',
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
  const lookedFor: string[] = [];
  const visitors = {
    findByToken: async (token: string) => {
      lookedFor.push(token);
      if (token === 'shared-browser') return { _id: 'else' };
      return token === 'other-browser' ? { _id: 'visitor' } : null;
    },
  };
  const clock = () => now;
  const owners = createRoomOwners({ db: database.db, clock, visitors });
  const logger = createLogger('silent');
  const parts = { db: database.db, clock, logger, expiry, owners, reporters };
  return { noted, lookedFor, storage: createPageViewStorage(parts) };
}

const storedPage = (_id: string) => visitCollectionsOf(database.db).pages.findOne({ _id });
const storedView = ({ _id }: PageView) => collection(database.db, 'message').findOne({ _id });

describe('page views', () => {
  it('without a room are noted to expire in thirty days, those of a room are not', async () => {
    const { noted, storage } = openStorage();
    const roomless = viewOf({ expireAt: 1 });
    const inRoom = viewOf({ rid: await roomOfVisitor() });
    await Promise.all([roomless, inRoom].map((view) => storage.append({ view })));
    expect(noted).toEqual([[[roomless._id], thirtyDaysOn]]);
  });

  it('are not acknowledged where nothing would ever delete them', async () => {
    const { storage } = openStorage(() => Promise.reject(new Error('not noted')));
    await expect(storage.append({ view: viewOf({ expireAt: 1 }) })).rejects.toThrow('not noted');
  });

  it('count in their room only as far as they are stored', async () => {
    const rid = await roomOfVisitor();
    const { storage } = openStorage();
    const stored = viewOf({ rid });
    const views = [stored, { ...stored }, viewOf({ rid })];
    const outcomes = await Promise.allSettled(views.map((view) => storage.append({ view })));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await collection(database.db, 'room').findOne({ _id: rid })).toMatchObject({ msgs: 2 });
  });

  it('are acknowledged though their room cannot be counted up', async () => {
    const rid = await roomOfVisitor({ msgs: 'many' });
    const view = viewOf({ rid });
    await openStorage().storage.append({ view });
    expect(await collection(database.db, 'message').findOne({ _id: view._id })).not.toBeNull();
  });

  it('leave a room that is not the visitor’s, or no livechat room, and expire', async () => {
    const { noted, storage } = openStorage();
    const others = await roomOfVisitor({ v: { _id: 'else', token: 'else' } });
    const general = await roomOfVisitor({ t: 'c' });
    const nobodys = await roomOfVisitor({ v: { token: 'else' } });
    const views = [others, general, nobodys, 'invented'].map((rid) => viewOf({ rid }));
    await Promise.all(views.map((view) => storage.append({ view })));
    for (const view of views) {
      const stored = await storedView(view);
      expect(stored).not.toHaveProperty('rid');
      expect(stored?.expireAt).toBe(thirtyDaysOn.getTime());
    }
    expect(noted).toEqual([[views.map(({ _id }) => _id), thirtyDaysOn]]);
    const rooms = collection(database.db, 'room').find({ _id: { $in: [others, general] } });
    expect((await rooms.toArray()).map(({ msgs }) => msgs)).toEqual([0, 0]);
  });

  it('stay in a closed room, and in the room of a visitor who has several browsers', async () => {
    const { storage, lookedFor } = openStorage();
    const rid = await roomOfVisitor({ closedAt: now });
    const view = viewOf({ rid });
    const elsewhere = viewOf({ rid, navigation: { ...view.navigation, token: 'other-browser' } });
    await Promise.all([view, elsewhere].map((view) => storage.append({ view })));
    expect(await storedView(view)).toMatchObject({ rid });
    expect(await storedView(elsewhere)).toMatchObject({ rid });
    await storage.append({ view: { ...elsewhere, _id: unique('view') } });
    expect(lookedFor.sort()).toEqual(['other-browser', 'token']);
  });

  it('leave a room whose visitor had the token until somebody else logged in on the same browser', async () => {
    const { storage } = openStorage();
    const token = 'shared-browser';
    const rid = await roomOfVisitor({ v: { _id: 'visitor', token } });
    const view = viewOf({ rid });
    const late = { ...view, navigation: { ...view.navigation, token } };
    await storage.append({ view: late });
    expect(await storedView(late)).not.toHaveProperty('rid');
  });

  it('leave a room that was deleted after it was looked up', async () => {
    const { noted, storage } = openStorage();
    const rid = await roomOfVisitor();
    await storage.append({ view: viewOf({ rid }) });
    await collection(database.db, 'room').deleteOne({ _id: rid });
    const late = viewOf({ rid });
    await storage.append({ view: late });
    const stored = await storedView(late);
    expect(stored).not.toHaveProperty('rid');
    expect(stored?.expireAt).toBe(thirtyDaysOn.getTime());
    expect(noted.at(-1)).toEqual([[late._id], thirtyDaysOn]);
  });
});

describe('pages of visits', () => {
  it('are stored beside the views or alone', async () => {
    const { storage } = openStorage();
    const [beside, alone, view] = [pageOf(), pageOf(), viewOf()];
    await Promise.all([storage.append({ view, page: beside }), storage.append({ page: alone })]);
    for (const page of [beside, alone]) expect(await storedPage(page._id)).toEqual(page);
    expect(await storedView(view)).not.toBeNull();
  });

  it('are refused alone, not those written along with them', async () => {
    const { storage } = openStorage();
    const twice = pageOf();
    const seen = [{ view: viewOf() }, { page: twice }, { view: viewOf(), page: twice }, { page: pageOf() }];
    const outcomes = await Promise.allSettled(seen.map((each) => storage.append(each)));
    const statuses = outcomes.map(({ status }) => status);
    expect(statuses).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });
});
