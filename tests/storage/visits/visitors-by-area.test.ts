import { queryCost } from '../../../bench/query-cost.ts';
import { indexes } from '../../../src/storage/indexes.ts';
import { visitCollectionsOf } from '../../../src/storage/visits/visitor-documents.ts';
import { createVisitorRecords } from '../../../src/storage/visits/visitor-records.ts';
import { startTestDatabase, type TestDatabase } from '../../embedded-mongo/test-database.ts';
import { ensureIndexes } from '../../support/ensure-indexes.ts';
import { patient } from '../../support/paging.ts';

describe('registered visitors from an area', () => {
  let database: TestDatabase;
  const db = () => database.client.db('visits');
  const records = () => createVisitorRecords(visitCollectionsOf(db()), () => Promise.resolve());

  beforeAll(async () => {
    database = await startTestDatabase({ notablescan: true }, { monitorCommands: true });
    await ensureIndexes(db(), indexes);
    const visitors = Array.from({ length: 600 }, (_, n) => ({
      _id: `record-${n}`,
      number: n + 1,
      liveChatId: `S${n}.0000000000`,
      ...(n % 2 === 0 && { visitorId: `visitor-${n}` }),
      visit: { place: { city: n % 100 === 0 ? 'Gdynia' : '', region: 'Pomerania', country: 'Poland' } },
    }));
    await db().collection<{ _id: string }>('foyer_visitor').insertMany(visitors);
  }, 60_000);
  afterAll(() => database?.stop());

  it.each([
    [{ city: 'Gdynia' }, 10, 6],
    [{ city: 'Gdynia', country: 'Poland' }, 10, 6],
    [{ region: 'Pomerania' }, 3, 3],
    [{ country: 'Poland' }, 3, 3],
    [{ city: 'Warsaw' }, 10, 0],
  ])('are found without reading others: %j', async (area, limit, atMost) => {
    const { documentsExamined } = await queryCost(database.client, db(), async () => {
      await records().listVisitorIdsFrom(area, limit, patient);
    });
    expect(documentsExamined).toBeLessThanOrEqual(atMost);
  });

  it('are the latest arrivals', async () => {
    const found = await records().listVisitorIdsFrom({ country: 'Poland' }, 3, patient);
    expect(found).toEqual(['visitor-598', 'visitor-596', 'visitor-594']);
  });
});
