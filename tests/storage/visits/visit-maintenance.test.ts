import { firstHexIdAt, randomIds } from '../../../src/domain/ids.ts';
import { noDevice, noPlace } from '../../../src/domain/visits/visit.ts';
import type { VisitSign } from '../../../src/domain/visits/visit-sign.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import { createBanStore } from '../../../src/storage/bans/bans.ts';
import { unseenVisitor } from '../../../src/storage/visits/new-visitor.ts';
import {
  deleteOldPages,
  forgetOldVisits,
  recoverSigns,
} from '../../../src/storage/visits/visit-maintenance.ts';
import { createVisitWork } from '../../../src/storage/visits/visit-work.ts';
import { visitCollectionsOf } from '../../../src/storage/visits/visitor-documents.ts';
import { useDatabase } from '../../support/use-database.ts';
import { unique } from '../../support/visitors.ts';

const dayMs = 86_400_000;
// Far ahead: by its own clock, the database removes what is old.
const now = new Date('2096-01-31T10:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);
const database = useDatabase();
const noted: VisitSign[] = [];
const parts = () => ({
  collections: visitCollectionsOf(database.db),
  clock: () => now,
  signs: { note: (sign: VisitSign) => void noted.push(sign) },
  retentionMs: () => 30 * dayMs,
});

/** Stores a page as a request does before it is answered; earlier releases also stored when it expires. */
async function storePage(token: string, openedAt: Date, dated: { expireAt?: Date } = {}): Promise<string> {
  const _id = firstHexIdAt(openedAt).slice(0, 8) + randomIds.hexId().slice(8);
  const page = { _id, token, url: 'https://shop.example/', title: 'Home', greeting: '' };
  await visitCollectionsOf(database.db).pages.insertOne({ ...page, openedAt, ...dated });
  return page._id;
}

/** Stores somebody who was last seen then. */
async function storeVisitor(token: string, lastSeenAt: Date): Promise<string> {
  const _id = randomIds.hexId();
  const visit = {
    _id: randomIds.hexId(),
    startedAt: lastSeenAt,
    lastSeenAt,
    pageViews: 1,
    referrer: '',
    landingPage: '',
    device: noDevice,
    place: noPlace,
    hasHeartbeat: false,
  };
  await visitCollectionsOf(database.db).visitors.insertOne({
    ...unseenVisitor(_id, lastSeenAt, 0),
    tokens: [token],
    visit,
    visits: 7,
    presentUntil: lastSeenAt,
  });
  return _id;
}

beforeEach(() => {
  noted.length = 0;
});

describe('after a process died', () => {
  it('pages that are missing from their visits are noted again, and others are not', async () => {
    const [lost, counted, underWay] = [unique('token'), unique('token'), unique('token')];
    const page = await storePage(lost, ago(60_000));
    await storePage(counted, ago(60_000));
    await storeVisitor(counted, ago(60_000));
    await storePage(underWay, ago(1_000));

    await recoverSigns(parts());

    expect(noted).toMatchObject([{ token: lost, at: ago(60_000), page: { _id: page } }]);
  });

  it('are not looked for before every instance has written what it was told', async () => {
    await storePage(unique('token'), ago(60_000));
    const { db } = database;
    const work = createVisitWork({
      ...parts(),
      db,
      bans: createBanStore(db, () => now),
      ids: randomIds,
      logger: createLogger('silent'),
    });
    work.start(Promise.resolve());
    await work.stop();
    expect(noted).toEqual([]);
  });
});

describe('pages that are kept no longer', () => {
  const listIds = async (token: string) =>
    (await visitCollectionsOf(database.db).pages.find({ token }).toArray()).map(({ _id }) => _id);

  it('are deleted, however many there are, and later ones stay', async () => {
    const token = unique('token');
    const pages = Array.from({ length: 2_500 }, (_, n) => ({
      ...{ _id: firstHexIdAt(ago(31 * dayMs)).slice(0, 8) + String(n).padStart(16, '0'), token },
      ...{ url: 'https://shop.example/', title: 'Home', greeting: '', openedAt: ago(31 * dayMs) },
    }));
    await visitCollectionsOf(database.db).pages.insertMany(pages);
    const recent = await storePage(token, ago(29 * dayMs));

    await deleteOldPages(parts(), new AbortController().signal);

    await expect(listIds(token)).resolves.toEqual([recent]);
  });

  it('are none where they are kept for centuries', async () => {
    const token = unique('token');
    const page = await storePage(token, ago(365 * dayMs));

    await deleteOldPages({ ...parts(), retentionMs: () => 100_000 * dayMs }, new AbortController().signal);

    await expect(listIds(token)).resolves.toEqual([page]);
  });

  it('are left to their date if an earlier release stored one: their ids do not tell their age', async () => {
    const token = unique('token');
    const dated = await storePage(token, ago(31 * dayMs), { expireAt: new Date(now.getTime() + dayMs) });

    await deleteOldPages(parts(), new AbortController().signal);

    await expect(listIds(token)).resolves.toEqual([dated]);
  });
});

describe('visits that are kept no longer', () => {
  it('are forgotten, and the counts and ids stay', async () => {
    const old = await storeVisitor(unique('token'), ago(31 * dayMs));
    const recent = await storeVisitor(unique('token'), ago(29 * dayMs));

    await forgetOldVisits(parts(), new AbortController().signal);

    const { visitors } = visitCollectionsOf(database.db);
    const after = await visitors.findOne({ _id: old });
    expect(after).toMatchObject({ visits: 7, number: expect.any(Number) });
    expect(after).not.toHaveProperty('visit');
    await expect(visitors.findOne({ _id: recent })).resolves.toHaveProperty('visit');
  });
});
