import { queryCost } from '../../../bench/query-cost.ts';
import { noDevice, noPlace } from '../../../src/domain/visits/visit.ts';
import type { VisitorRecord } from '../../../src/domain/visits/visitor-record.ts';
import { indexes } from '../../../src/storage/indexes.ts';
import { listPaths } from '../../../src/storage/visits/visit-paths.ts';
import { visitCollectionsOf } from '../../../src/storage/visits/visitor-documents.ts';
import { startTestDatabase, type TestDatabase } from '../../embedded-mongo/test-database.ts';
import { ensureIndexes } from '../../support/ensure-indexes.ts';

const begin = Date.parse('2026-11-29T12:00:00Z');
const at = (minute: number) => new Date(begin + minute * 60_000);

/** Somebody whose visit has begun at a minute and has so many pages. */
const visitor = (token: string, startMinute: number, pageViews: number): VisitorRecord => ({
  ...{ id: token, recordId: token, visitorId: undefined, tokens: [token] },
  ...{ number: 1, liveChatId: token, firstVisitAt: at(0), previousVisitAt: undefined },
  ...{ visits: 1, pageViews, greetingsShown: 0, greetingsAccepted: 0, greetingsRefused: 0 },
  customVariables: [],
  visit: {
    ...{ _id: `visit of ${token}`, startedAt: at(startMinute), lastSeenAt: at(startMinute + pageViews) },
    ...{ pageViews, referrer: '', landingPage: '', device: noDevice, place: noPlace, hasHeartbeat: false },
  },
});

describe('the pages of current visits', () => {
  let database: TestDatabase;
  const db = () => database.client.db('paths');

  beforeAll(async () => {
    database = await startTestDatabase({ notablescan: true }, { monitorCommands: true });
    await ensureIndexes(db(), indexes);
    const view = (token: string, minute: number) => ({
      ...{ _id: `${token} ${minute}`, token, url: `https://shop.example/${minute}`, title: `${minute}` },
      ...{ openedAt: at(minute), greeting: '' },
    });
    const minutes = [...Array(1_000).keys()];
    await visitCollectionsOf(db()).pages.insertMany(
      ['long', 'short'].flatMap((token) => minutes.map((minute) => view(token, minute))),
    );
  });
  afterAll(() => database?.stop());

  const pathOf = async (record: VisitorRecord) => {
    let path: readonly string[] = [];
    const { documentsExamined } = await queryCost(database.client, db(), async () => {
      const paths = await listPaths(visitCollectionsOf(db()), [record]);
      path = (paths.get(record.visit?._id ?? '') ?? []).map(({ title }) => title);
    });
    return { path, documentsExamined };
  };

  it('are the last 200 of a longer visit, and no others are read', async () => {
    const { path, documentsExamined } = await pathOf(visitor('long', 0, 1_000));
    expect(path).toHaveLength(200);
    expect([path.at(0), path.at(-1)]).toEqual(['800', '999']);
    expect(documentsExamined).toBeLessThanOrEqual(200);
  });

  it('are those since a visit began, and no earlier ones are read', async () => {
    const { path, documentsExamined } = await pathOf(visitor('short', 990, 10));
    expect(path).toEqual(['990', '991', '992', '993', '994', '995', '996', '997', '998', '999']);
    expect(documentsExamined).toBeLessThanOrEqual(10);
  });
});
