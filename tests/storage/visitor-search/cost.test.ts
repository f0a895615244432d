import { queryCost } from '../../../bench/query-cost.ts';
import { collect } from '../../../src/domain/paging.ts';
import { indexes } from '../../../src/storage/indexes.ts';
import { searchTiming } from '../../../src/storage/visitor-search/search-timing.ts';
import { createVisitorSearch } from '../../../src/storage/visitor-search/visitor-search.ts';
import { startTestDatabase, type TestDatabase } from '../../embedded-mongo/test-database.ts';
import { ensureIndexes } from '../../support/ensure-indexes.ts';
import { firstPage, quietLogger, untilIndexed } from '../../support/visitor-search.ts';

const neverMs = 24 * 60 * 60_000;

const terms = {
  email: 'needle@example.org',
  phone: '+49 30 777',
  'part of a name': 'eedl',
  'one rare letter': 'ß',
  'a number within a username': 'st-4211',
  'part of a custom field': 'HAYSTACK ROAD',
  'a long part of a custom field': 'in the middle of haystack road',
  nobody: 'nobody at all',
};

/** Terms that match all but a few, in some order from some offset. */
const broad = {
  'a part of nearly every name': { term: 'visitor', page: firstPage },
  'one letter, the last page': { term: 'v', page: { ...firstPage, offset: 250 } },
  'by name': { term: 'number', page: { ...firstPage, sort: { field: 'name', direction: 1 } } },
} as const;

/**
 * Servers count what they examine in ways of their own, so that this is the embedded one, whatever `MONGO_URL` says.
 */
let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase({ notablescan: true }, { monitorCommands: true });
});
afterAll(() => database?.stop());

/** What each search examines among so many visitors, of which one is looked for. */
async function costsAmong(size: number): Promise<Record<string, { keys: number; documents: number }>> {
  const { client } = database;
  const db = client.db(`among-${size}`);
  await ensureIndexes(db, indexes);
  const longAgo = new Date('2020-01-01');
  const visitor = (n: number) => ({
    name: `Visitor number ${n}`,
    username: `guest-${n}`,
    livechatData: { address: `${n} in the middle of Nowhere Street` },
    ts: longAgo,
    _updatedAt: longAgo,
  });
  const needle = {
    name: 'Needleß',
    username: 'guest-42111',
    visitorEmails: [{ address: terms.email }],
    phone: [{ phoneNumber: terms.phone }],
    livechatData: { address: 'in the middle of Haystack Road' },
    ts: longAgo,
    _updatedAt: longAgo,
  };
  // Each search reads the date of whoever was written within the last minute: here, one visitor.
  const visitors = Array.from({ length: size }, (_, n) => ({ _id: `v${n}`, ...visitor(n) }));
  await db.collection<{ _id: string }>('rocketchat_livechat_custom_field').insertOne({
    _id: 'address',
    scope: 'visitor',
    searchable: true,
  } as { _id: string });
  await db.collection<{ _id: string }>('rocketchat_livechat_visitor').insertMany([
    ...visitors,
    { _id: 'needle', ...needle },
    { _id: 'latest', _updatedAt: new Date() },
  ] as {
    _id: string;
  }[]);
  const country = () => '';
  const time = searchTiming(() => new Date());
  const building = await createVisitorSearch(db, { logger: quietLogger, country, time });
  void building.start();
  await untilIndexed(building);
  await building.stop();
  // Nothing but the search itself may be seen.
  let elapsedMs = 0;
  const options = {
    logger: quietLogger,
    country,
    time: {
      ...time,
      elapsedMs: () => elapsedMs,
      pollMs: neverMs,
      sweepPauseMs: neverMs,
      catchUpTimeoutMs: neverMs,
    },
  };
  const search = await createVisitorSearch(db, options);
  void search.start();
  await search.search('anything', firstPage);
  // From here on the latest visitor's date has been seen long enough ago, so that no search checks them again.
  elapsedMs = 10_000;
  const costs: Record<string, { keys: number; documents: number }> = {};
  for (const [name, term] of Object.entries(terms)) {
    const expected = name === 'nobody' ? 0 : 1;
    const cost = await queryCost(client, db, async () => {
      expect((await search.search(term, firstPage)).total).toBe(expected);
    });
    costs[name] = { keys: cost.keysExamined, documents: cost.documentsExamined };
  }
  for (const [name, { term, page }] of Object.entries(broad)) {
    const cost = await queryCost(client, db, async () => {
      const { items, total } = await search.search(term, page);
      expect([(await collect(items)).length, total]).toEqual([page.count, size]);
    });
    costs[name] = { keys: cost.keysExamined, documents: cost.documentsExamined };
  }
  await search.stop();
  return costs;
}

it('examines no more keys and documents among ten times as many visitors: those of the page', async () => {
  const [few, many] = [await costsAmong(300), await costsAmong(3_000)];
  for (const name of Object.keys({ ...terms, ...broad })) {
    expect({ name, ...many[name] }).toEqual({ name, ...few[name] });
    const page = name in broad ? firstPage.count : 1;
    expect(many[name]?.keys).toBeLessThan(10 + page);
    expect(many[name]?.documents).toBeLessThan(10 + page);
  }
}, 120_000);
