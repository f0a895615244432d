// Counts are taken from index entries where these suffice. They must be what a scan counts.
import type { Collection, Document } from 'mongodb';
import { codeOf, startTestDatabase, type TestDatabase } from './test-database.ts';

interface Item {
  _id: number;
  a?: unknown;
  b?: unknown;
}

let database: TestDatabase;
let items: Collection<Item>;
let made = 0;
beforeAll(async () => {
  database = await startTestDatabase();
});
beforeEach(() => {
  made += 1;
  items = database.client.db('counts').collection(`items${made}`);
});
afterAll(() => database.stop());

const scan = { hint: { $natural: 1 } } as const;

/** What every way of counting gives for a filter, which must be what a scan finds. */
async function counted(filter: Document): Promise<number> {
  const { length } = await items.find(filter, scan).toArray();
  const { n } = await database.client.db('counts').command({ count: items.collectionName, query: filter });
  const [stage] = await items.aggregate([{ $match: filter }, { $count: 'n' }]).toArray();
  expect([n, await items.countDocuments(filter), stage?.n ?? 0]).toEqual([length, length, length]);
  return length;
}

describe('A count by an index', () => {
  it.each<[string, Document, unknown[], Document, number]>([
    ['a range', { a: 1 }, [1, 2, 3, 4], { a: { $gte: 2, $lt: 4 } }, 2],
    ['a descending range', { a: -1 }, [1, 2, 3, 4], { a: { $gt: 1 } }, 3],
    ['an empty range', { a: 1 }, [1, 2], { a: { $gt: 2, $lt: 1 } }, 0],
    ['several values', { a: 1 }, ['x', 'y', 'z', 'x'], { a: { $in: ['x', 'z', 'w'] } }, 3],
    ['NaN', { a: 1 }, [Number.NaN, 1, Number.NaN], { a: Number.NaN }, 2],
    ['numbers, which NaN is not less than', { a: 1 }, [Number.NaN, 1, 2], { a: { $lt: 2 } }, 1],
    ['null and missing', { a: 1 }, [null, undefined, 1], { a: null }, 2],
    ['elements, each document once', { a: 1 }, [[1, 2, 3], [2, 3], 4], { a: { $gte: 2 } }, 3],
    ['elements on both sides', { a: 1 }, [[1, 5], 3, 7], { a: { $gt: 2, $lt: 4 } }, 2],
    ['a prefix', { a: 1 }, ['ab', 'abc', 'b'], { a: /^ab/ }, 2],
    ['long strings', { a: 1 }, ['x'.repeat(2000), `${'x'.repeat(2000)}y`], { a: 'x'.repeat(2000) }, 1],
    ['a field of a compound index', { a: 1, b: 1 }, [1, 1, 2], { a: 1 }, 2],
  ])('%s', async (_what, key, values, filter, n) => {
    await items.createIndex(key);
    await items.insertMany(values.map((a, _id) => (a === undefined ? { _id } : { _id, a })));
    expect(await counted(filter)).toBe(n);
  });

  it('of a sparse or a partial index counts documents outside it, too', async () => {
    await items.createIndex({ a: 1 }, { sparse: true });
    await items.createIndex({ b: 1 }, { partialFilterExpression: { a: { $gt: 1 } } });
    await items.insertMany([
      { _id: 1, b: 1 },
      { _id: 2, a: 2, b: 1 },
      { _id: 3, a: null },
    ]);
    expect(await counted({ a: null })).toBe(2);
    expect(await counted({ b: 1 })).toBe(2);
    expect(await counted({ b: 1, a: { $gt: 1 } })).toBe(1);
  });

  it('of several steps is complete', async () => {
    await items.createIndex({ a: 1 });
    await items.insertMany(Array.from({ length: 3000 }, (_, _id) => ({ _id, a: _id % 3 })));
    expect(await counted({ a: { $gte: 0 } })).toBe(3000);
    expect(await counted({ a: { $in: [0, 2] } })).toBe(2000);
  });

  it('ends at a limit, and leaves out what is skipped', async () => {
    await items.createIndex({ a: 1 });
    await items.insertMany(Array.from({ length: 600 }, (_, _id) => ({ _id, a: _id % 2 })));
    const count = (limit: number, skip: number) => items.countDocuments({ a: 1 }, { limit, skip });
    expect(await Promise.all([count(1, 0), count(270, 0), count(270, 100), count(500, 290)])).toEqual([
      1, 270, 200, 10,
    ]);
    expect(await items.countDocuments({ a: 1 }, { skip: 301 })).toBe(0);
    expect(await items.countDocuments({}, { skip: 100, limit: 1000 })).toBe(500);
  });

  it('reads no documents', async () => {
    await items.createIndex({ a: 1 });
    await items.insertMany(Array.from({ length: 300 }, (_, _id) => ({ _id, a: _id % 3 })));
    const pipeline = [{ $match: { a: 1 } }, { $skip: 10 }, { $group: { _id: 1, n: { $sum: 1 } } }];
    const { stages } = await items.aggregate(pipeline).explain('executionStats');
    expect(stages[0].$cursor.executionStats).toMatchObject({
      nReturned: 90,
      totalKeysExamined: 100,
      totalDocsExamined: 0,
    });
  });

  it('counts while others insert what was there before and no more than is there after', async () => {
    await items.createIndex({ a: 1 });
    const rows = (from: number) => Array.from({ length: 2000 }, (_, i) => ({ _id: from + i, a: i }));
    await items.insertMany(rows(0));
    const [n] = await Promise.all([items.countDocuments({ a: { $gte: 0 } }), items.insertMany(rows(10_000))]);
    expect(n).toBeGreaterThanOrEqual(2000);
    expect(n).toBeLessThanOrEqual(4000);
  });
});

describe('A pipeline that counts', () => {
  beforeEach(async () => {
    await items.createIndex({ a: 1 });
    await items.insertMany([1, 1, 2, [1, 2], 'x'].map((a, _id) => ({ _id, a, b: _id })));
  });

  it.each<[string, Document[], Document[]]>([
    ['under a constant', [{ $group: { _id: null, n: { $sum: 1 } } }], [{ _id: null, n: 3 }]],
    ['under a name', [{ $count: 'found' }], [{ found: 3 }]],
    ['and goes on', [{ $count: 'n' }, { $set: { m: { $add: ['$n', 1] } } }], [{ n: 3, m: 4 }]],
    ['by twos', [{ $group: { _id: null, n: { $sum: 2 } } }], [{ _id: null, n: 6 }]],
    [
      'and sums up',
      [{ $group: { _id: null, n: { $sum: 1 }, b: { $sum: '$b' } } }],
      [{ _id: null, n: 3, b: 4 }],
    ],
    ['under a string', [{ $group: { _id: 'x', n: { $sum: 1 } } }], [{ _id: 'x', n: 3 }]],
    ['a list of ones', [{ $group: { _id: 0, n: { $sum: [1] } } }], [{ _id: 0, n: 3 }]],
    ['what is sorted', [{ $sort: { b: -1 } }, { $limit: 2 }, { $count: 'n' }], [{ n: 2 }]],
    ['what it skips to the end', [{ $skip: 3 }, { $count: 'n' }], []],
  ])('%s', async (_what, stages, results) => {
    expect(await items.aggregate([{ $match: { a: 1 } }, ...stages]).toArray()).toEqual(results);
  });

  it('counts everything without a filter', async () => {
    expect(await items.aggregate([{ $count: 'n' }]).toArray()).toEqual([{ n: 5 }]);
    expect(await items.countDocuments({})).toBe(5);
    expect(
      await items.aggregate([{ $match: { $expr: { $gt: ['$b', 2] } } }, { $count: 'n' }]).toArray(),
    ).toEqual([{ n: 2 }]);
  });

  it('gives nothing, not zero, if there is nothing', async () => {
    const nothing = database.client.db('counts').collection('nothing');
    expect(await nothing.aggregate([{ $count: 'n' }]).toArray()).toEqual([]);
    expect(await items.aggregate([{ $match: { a: 'y' } }, { $count: 'n' }]).toArray()).toEqual([]);
    expect(await items.countDocuments({ a: 'y' })).toBe(0);
  });

  it.each<[string, Document[], number]>([
    ['a bad name', [{ $count: '$n' }], 40158],
    ['a bad accumulator', [{ $group: { _id: 1, n: { $nope: 1 } } }], 15952],
    ['a bad stage behind it', [{ $count: 'n' }, { $nope: 1 }], 40324],
    ['an index that is none', [{ $match: { a: 1 } }, { $count: 'n' }], 2],
  ])('refuses %s', async (what, pipeline, code) => {
    const options = what === 'an index that is none' ? { hint: 'nope' } : {};
    expect(await codeOf(items.aggregate(pipeline, options).toArray())).toBe(code);
  });
});
