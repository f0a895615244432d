import { randomIds } from '../../../src/domain/ids.ts';
import type { Visitor } from '../../../src/domain/visitors/visitor.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import { createBanStore } from '../../../src/storage/bans/bans.ts';
import { backfill } from '../../../src/storage/visits/backfill.ts';
import { createVisitEraser } from '../../../src/storage/visits/visit-eraser.ts';
import { visitCollectionsOf } from '../../../src/storage/visits/visitor-documents.ts';
import { useDatabase } from '../../support/use-database.ts';
import { unique } from '../../support/visitors.ts';

const database = useDatabase();
const stored = () => database.db.collection<Visitor>('rocketchat_livechat_visitor');
const known = () => visitCollectionsOf(database.db).visitors;
const states = () => database.db.collection<{ _id: string }>('foyer_backfill');
const ts = new Date('2020-02-03T04:05:06Z');

const visitorOf = (given: Partial<Visitor> = {}): Visitor => ({
  _id: randomIds.hexId(),
  token: unique('token'),
  ts,
  ...given,
});
const run = (collections = visitCollectionsOf(database.db)) =>
  backfill(
    {
      bans: createBanStore(database.db, () => new Date()),
      db: database.db,
      collections,
      clock: () => new Date(),
      ids: randomIds,
      logger: createLogger('silent'),
      retentionMs: () => 86_400_000,
    },
    new AbortController().signal,
  );

afterEach(async () => {
  await Promise.all([stored().deleteMany({}), known().deleteMany({}), states().deleteMany({})]);
});

describe('visitors from before Foyer', () => {
  it('get public ids, thousands of the same moment included', async () => {
    const visitors = Array.from({ length: 2_500 }, () => visitorOf());
    await stored().insertMany(visitors);

    await run();

    const records = await known().find({}).sort({ number: 1 }).toArray();
    expect(records).toHaveLength(visitors.length);
    expect(records.map(({ visitorId }) => visitorId).sort()).toEqual(visitors.map(({ _id }) => _id).sort());
    expect(records[0]).toMatchObject({
      firstVisitAt: ts,
      visits: 0,
      liveChatId: expect.stringMatching(/^S1580702706\.[0-9a-f]{10}$/),
    });
    expect(records[0]?.number).toBeGreaterThanOrEqual(ts.getTime() * 1000);
  });

  it('keep them when it is done again', async () => {
    await stored().insertOne(visitorOf());
    await run();
    const [before] = await known().find({}).toArray();
    await states().deleteMany({});
    await run();

    await expect(known().find({}).toArray()).resolves.toEqual([before]);
  });

  it('get none if they were deleted, and do without a date or a token', async () => {
    const odd: Visitor = { _id: randomIds.hexId() };
    await stored().insertMany([visitorOf({ disabled: true }), odd]);

    await run();

    const records = await known().find({}).toArray();
    expect(records).toMatchObject([{ visitorId: odd._id, firstVisitAt: new Date(0) }]);
    expect(records[0]?.number).toBeGreaterThan(0);
  });

  it('get none if they are deleted while others are given some', async () => {
    const [deleted, other] = [visitorOf(), visitorOf()];
    await stored().insertMany([deleted, other]);
    const collections = visitCollectionsOf(database.db);
    const { visitors } = collections;
    const insertMany: typeof visitors.insertMany = async (...args) => {
      await stored().updateOne({ _id: deleted._id }, { $set: { disabled: true } });
      await createVisitEraser(database.db).erase(deleted._id, []);
      return visitors.insertMany(...args);
    };

    await run({ ...collections, visitors: Object.assign(Object.create(visitors), { insertMany }) });

    await expect(known().distinct('visitorId')).resolves.toEqual([other._id]);
  });

  it('are looked for once among those who have ids', async () => {
    const ofEachSecond = Array.from({ length: 50 }, (_, n) => visitorOf({ ts: new Date(n * 1_000) }));
    await stored().insertMany(ofEachSecond);
    const collections = visitCollectionsOf(database.db);
    const { visitors } = collections;
    const lookedFor: string[] = [];
    const find = (filter: object, options: object) => {
      lookedFor.push(...Object.keys(filter));
      return visitors.find(filter, options);
    };

    await run({ ...collections, visitors: Object.assign(Object.create(visitors), { find }) });

    expect(lookedFor).toEqual(['visitorId', 'tokens']);
  });

  it('are gone on with where an instance that died got to', async () => {
    const [first, second] = [visitorOf({ _id: 'a' }), visitorOf({ _id: 'b' })];
    await stored().insertMany([first, second]);
    const died = { isDone: false, cursor: 'a', holder: 'dead', holderUntil: new Date(0) };
    await states().insertOne({ _id: 'visitors', ...died });

    await run();

    await expect(known().distinct('visitorId')).resolves.toEqual(['b']);
    await expect(states().findOne({})).resolves.toMatchObject({ isDone: true });
  });

  it('share the ids of whoever had their token before they were registered', async () => {
    const visitor = visitorOf();
    await stored().insertOne(visitor);
    const anonymous = {
      ...(await anonymousRecord(visitor.token ?? '')),
    };
    await run();

    await expect(known().find({}).toArray()).resolves.toMatchObject([
      { _id: anonymous._id, number: anonymous.number, visitorId: visitor._id },
    ]);
  });

  it('are given ids by two instances at once, each once', async () => {
    await stored().insertMany(Array.from({ length: 50 }, () => visitorOf()));

    await Promise.all([run(), run()]);

    await expect(known().countDocuments({ isMerged: false })).resolves.toBe(50);
  }, 30_000);
});

/** Stores what is known of somebody who has not registered. */
async function anonymousRecord(token: string) {
  const record = {
    _id: randomIds.hexId(),
    number: 1_700_000_000_000_007,
    liveChatId: 'S1700000000.0123456789',
    firstVisitAt: ts,
    visits: 1,
    pageViews: 1,
    greetingsShown: 0,
    greetingsAccepted: 0,
    greetingsRefused: 0,
    customVariables: [],
    tokens: [token],
    isMerged: false,
  };
  await known().insertOne(record);
  return record;
}
