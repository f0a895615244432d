// What `explain` tells besides the plan (whose costs `planner.test.ts` holds it to), and what it refuses.
import type { Db, Document } from 'mongodb';
import { codeOf, stagesOf, startTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await startTestDatabase();
  db = database.client.db('d');
  await db.collection('items').createIndex({ a: 1 });
  await db.collection('items').insertMany(Array.from({ length: 10 }, (_, i) => ({ a: i % 5, b: i })));
});
afterAll(() => database.stop());

const explain = (command: Document, verbosity = 'executionStats'): Promise<Document> =>
  db.command({ explain: command, verbosity });

describe('The parsed query', () => {
  const parsed = async (filter: Document): Promise<Document> =>
    (await explain({ find: 'items', filter }, 'queryPlanner')).queryPlanner.parsedQuery;

  it.each<[Document, Document]>([
    [{}, {}],
    [{ a: 1 }, { a: { $eq: 1 } }],
    [{ b: 1, a: 2 }, { $and: [{ a: { $eq: 2 } }, { b: { $eq: 1 } }] }],
    [{ a: { $gt: 1, $lte: 5 } }, { $and: [{ a: { $lte: 5 } }, { a: { $gt: 1 } }] }],
    [{ a: { $ne: 1 } }, { a: { $not: { $eq: 1 } } }],
    [{ a: { $nin: [1, 2] } }, { a: { $not: { $in: [1, 2] } } }],
    [{ a: { $exists: false } }, { a: { $not: { $exists: true } } }],
    [{ a: /^x/i }, { a: { $regex: '^x', $options: 'i' } }],
    [{ $or: [{ a: 1 }, { b: { $size: 2 } }] }, { $or: [{ b: { $size: 2 } }, { a: { $eq: 1 } }] }],
    [{ a: { $elemMatch: { b: 1 } } }, { a: { $elemMatch: { b: { $eq: 1 } } } }],
    [{ a: { $elemMatch: { $gt: 1, $lt: 3 } } }, { a: { $elemMatch: { $gt: 1, $lt: 3 } } }],
    [{ a: { $type: 'string' } }, { a: { $type: [2] } }],
    [{ a: { $mod: [4, 1] } }, { a: { $mod: [4, 1] } }],
    [{ a: { $bitsAllSet: 5 } }, { a: { $bitsAllSet: [0, 2] } }],
    [{ $expr: { $gt: ['$a', 1] } }, { $expr: { $gt: ['$a', 1] } }],
    [{ $alwaysFalse: 1 }, { $alwaysFalse: 1 }],
  ])('of %j is %j', async (filter, shown) => {
    expect(await parsed(filter)).toEqual(shown);
  });
});

describe('A write', () => {
  it('tells what it would change', async () => {
    const updates = [{ q: { a: 1 }, u: { $max: { b: 3 } }, multi: true }];
    const { executionStats } = await explain({ update: 'items', updates });
    expect(executionStats).toMatchObject({
      nReturned: 0,
      totalKeysExamined: 2,
      executionStages: { stage: 'UPDATE', nMatched: 2, nWouldModify: 1, nWouldUpsert: 0 },
    });
  });

  it('tells what it would insert', async () => {
    const updates = [{ q: { a: 99 }, u: { $set: { b: 1 } }, upsert: true }];
    const { executionStats } = await explain({ update: 'items', updates });
    expect(executionStats.executionStages).toMatchObject({ nMatched: 0, nWouldModify: 0, nWouldUpsert: 1 });
  });

  it.each<[string, Document, number]>([
    ['one', { delete: 'items', deletes: [{ q: { a: 1 }, limit: 1 }] }, 1],
    ['all', { delete: 'items', deletes: [{ q: { a: 1 }, limit: 0 }] }, 2],
    ['the one it would give back', { findAndModify: 'items', query: { a: 1 }, remove: true }, 1],
  ])('tells that it would delete %s', async (_what, command, count) => {
    const { executionStats } = await explain(command);
    expect(executionStats.executionStages).toMatchObject({ stage: 'DELETE', nWouldDelete: count });
  });

  it('is not carried out', async () => {
    expect(await db.collection('items').countDocuments({})).toBe(10);
    expect(await db.collection('items').countDocuments({ a: 99 })).toBe(0);
  });
});

describe('A pipeline', () => {
  const further = [{ $group: { _id: '$b', n: { $sum: 1 } } }, { $limit: 3 }];
  const pipeline = [{ $match: { a: 1 } }, ...further];

  it('is shown by its stages behind what a query answers', async () => {
    const { stages } = await explain({ aggregate: 'items', pipeline, cursor: {} });
    const [{ $cursor: read }, ...others] = stages;
    expect(others).toEqual(further);
    expect(stagesOf(read.queryPlanner.winningPlan)).toEqual(['FETCH', 'IXSCAN']);
    expect(read.executionStats).toMatchObject({ nReturned: 2, totalDocsExamined: 2 });
  });

  it('that a query answers alone is shown like one', async () => {
    const { queryPlanner, stages } = await explain({
      aggregate: 'items',
      pipeline: [{ $match: { a: 1 } }],
      cursor: {},
    });
    expect(stages).toBeUndefined();
    expect(queryPlanner.parsedQuery).toEqual({ a: { $eq: 1 } });
  });

  it('may ask for it itself', async () => {
    const { stages } = await db.command({ aggregate: 'items', pipeline, explain: true });
    expect(stages[0].$cursor).not.toHaveProperty('executionStats');
    expect(stages).toHaveLength(3);
  });
});

describe('Refused like the command itself:', () => {
  it.each<[string, Document, number]>([
    ['an unknown field', { find: 'items', filtre: {} }, 40415],
    ['a field that is not served', { find: 'items', min: { a: 1 } }, 238],
    ['a bad filter', { count: 'items', query: { $and: [] } }, 2],
    ['a bad projection', { find: 'items', projection: { a: 1, b: 0 } }, 31254],
    ['a bad update', { update: 'items', updates: [{ q: {}, u: { $nope: 1 } }] }, 9],
    [
      'several statements',
      {
        delete: 'items',
        deletes: [
          { q: {}, limit: 1 },
          { q: {}, limit: 1 },
        ],
      },
      16,
    ],
    ['a limit of two', { delete: 'items', deletes: [{ q: {}, limit: 2 }] }, 9],
    ['another database', { find: 'items', $db: 'other' }, 73],
    ['a stage that is none', { aggregate: 'items', pipeline: [{ $nope: 1 }], cursor: {} }, 40324],
    ['a command that cannot be explained', { ping: 'items' }, 59],
  ])('%s', async (_what, command, code) => {
    expect(await codeOf(explain(command))).toBe(code);
  });

  it('a verbosity that is none', async () => {
    expect(await codeOf(explain({ find: 'items' }, 'everything'))).toBe(2);
    expect(await codeOf(db.command({ explain: { find: 'items' }, detail: 1 }))).toBe(40415);
  });
});
