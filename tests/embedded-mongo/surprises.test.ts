// What surprises users of MongoDB, as its documentation tells it; through the driver.
import { type Collection, Decimal128, type Document, Long } from 'mongodb';
import { each, holding, type Item } from './items.ts';
import { codeOf, startTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());

const idsOf = async (items: Collection<Item>, filter: Document, sort: Document = { _id: 1 }) =>
  (await items.find(filter, { sort: sort as { _id: 1 } }).toArray()).map(({ _id }) => _id);

describe('filters', () => {
  it.each<[string, object[], Document, number[]]>([
    ['$ne holds for no element', each([1, 2], [2], undefined), { a: { $ne: 1 } }, [2, 3]],
    ['$nin holds for no element', each([1, 2], [3], undefined), { a: { $nin: [1, 9] } }, [2, 3]],
    ['$not turns the whole around', each([1, 9], [3], undefined), { a: { $not: { $gt: 5 } } }, [2, 3]],
    [
      '$ne: null is neither null nor missing',
      each(null, undefined, [], [null], 0),
      { a: { $ne: null } },
      [3, 5],
    ],
    ['$in: [null] is null or missing', each(undefined, null, 1), { a: { $in: [null] } }, [1, 2]],
    ['null behind an array asks its documents', each([{ b: 1 }, {}], [], [1]), { 'a.b': null }, [1]],
    [
      '$exists: false behind an array asks them all',
      each([{ b: 1 }, {}], [], 5),
      { 'a.b': { $exists: false } },
      [2, 3],
    ],
    ['two bounds may hold for two elements', each([1, 9]), { a: { $gt: 3, $lt: 5 } }, [1]],
    ['$elemMatch asks one element', each([1, 9]), { a: { $elemMatch: { $gt: 3, $lt: 5 } } }, []],
    [
      '$elemMatch in $elemMatch asks arrays in arrays',
      each([[7]], [7], [[1]]),
      { a: { $elemMatch: { $elemMatch: { $gt: 3 } } } },
      [1],
    ],
    ['an array is equal to a value or an element', each([1, 2], [[1, 2]], [2, 1]), { a: [1, 2] }, [1, 2]],
    [
      'a document is equal in one order of fields',
      each({ x: 1, y: 2 }, { y: 2, x: 1 }),
      { a: { x: 1, y: 2 } },
      [1],
    ],
    ['a number in a path is a position or a name', each([5, 6], { 0: 5 }, [6, 5]), { 'a.0': 5 }, [1, 2]],
    ['a dot in a name is not reached by a path', [{ _id: 1, 'a.b': 2 }], { 'a.b': 2 }, []],
    ['$all takes a scalar for an array of one', each([1, 2], 1), { a: { $all: [1] } }, [1, 2]],
    ['$all of nothing is nothing', each([], 1), { a: { $all: [] } }, []],
    ['$type asks elements', each(['x', 1], 'y'), { a: { $type: 'number' } }, [1]],
    ['comparison keeps to one type', each(new Date(5), 'y'), { a: { $gt: 'x' } }, [2]],
    [
      'decimals compare by value',
      each(Decimal128.fromString('1.10'), 1.1),
      { a: Decimal128.fromString('1.1') },
      [1],
    ],
    ['a Long over 2^53 is not its neighbour', each(Long.fromString('9007199254740993')), { a: 2 ** 53 }, []],
    ['NaN equals NaN and is in no range', each(NaN, 1), { a: { $lt: 5 } }, [2]],
    [
      '$mod takes whole parts of 64 bits, and nothing else',
      each(4.9, Decimal128.fromString('-4.9'), NaN, 2 ** 64, Infinity),
      { a: { $mod: [4, 0] } },
      [1, 2],
    ],
    ['-0 equals 0', each(-0), { a: 0 }, [1]],
  ])('%s, with an index and without', async (_, documents, filter, expected) => {
    const items = await holding(database, documents);
    expect(await idsOf(items, filter)).toEqual(expected);
    for (const path of new Set(['a', Object.keys(filter)[0] ?? 'a'])) await items.createIndex({ [path]: 1 });
    expect(await idsOf(items, filter)).toEqual(expected);
  });

  it('arrays sort by their smallest element ascending and their greatest descending', async () => {
    const items = await holding(database, each([5, 1], [3], [], undefined));
    for (const create of [false, true]) {
      if (create) await items.createIndex({ a: 1, _id: 1 });
      expect(await idsOf(items, {}, { a: 1, _id: 1 })).toEqual([3, 4, 1, 2]);
      expect(await idsOf(items, {}, { a: -1, _id: 1 })).toEqual([1, 2, 4, 3]);
    }
  });

  it('distinct unwraps arrays, one level deep', async () => {
    const items = await holding(database, each([1, 2], 2, [[2]], undefined, null));
    expect(await items.distinct('a')).toEqual([1, 2, [2], null]);
  });
});

describe('indexes', () => {
  it('treat a missing field as null if they are unique, and an empty array as neither', async () => {
    const items = await holding(database, each(undefined));
    await items.createIndex({ a: 1 }, { unique: true });
    expect(await codeOf(items.insertOne({ _id: 2, a: null }))).toBe(11000);
    await items.insertOne({ _id: 3, a: [] });
    expect(await codeOf(items.insertOne({ _id: 4, a: [] }))).toBe(11000);
    await items.insertOne({ _id: 5, a: [7, 7] });
    expect(await codeOf(items.insertOne({ _id: 6, a: [8, 7] }))).toBe(11000);
  });

  it('accept any number of documents without the field and one null if they are unique and sparse', async () => {
    const items = await holding(database, each(undefined, undefined));
    await items.createIndex({ a: 1 }, { unique: true, sparse: true });
    await items.insertOne({ _id: 3, a: null });
    expect(await codeOf(items.insertOne({ _id: 4, a: null }))).toBe(11000);
  });

  it('leave nothing out if they are sparse, unless they are named in a hint', async () => {
    const items = await holding(database, each(undefined, 2, 1, null));
    await items.createIndex({ a: 1 }, { sparse: true });
    expect(await idsOf(items, { a: null })).toEqual([1, 4]);
    expect(await idsOf(items, {}, { a: 1, _id: 1 })).toEqual([1, 4, 3, 2]);
    expect(await items.find({}, { hint: { a: 1 } }).toArray()).toHaveLength(3);
  });

  it('serve only queries that they certainly cover if they are partial', async () => {
    const items = await holding(database, [
      { _id: 1, a: 1, b: 1 },
      { _id: 2, a: 1, b: 9 },
    ]);
    await items.createIndex({ a: 1 }, { partialFilterExpression: { b: { $gt: 5 } } });
    const stageOf = async (filter: Document): Promise<string> =>
      JSON.stringify((await items.find(filter).explain('queryPlanner')).queryPlanner.winningPlan);
    expect(await stageOf({ a: 1, b: { $gte: 6 } })).toContain('IXSCAN');
    expect(await stageOf({ a: 1, b: { $gt: 4 } })).toContain('COLLSCAN');
    expect(await idsOf(items, { a: 1 })).toEqual([1, 2]);
  });
});

describe('indexes over arrays in arrays', () => {
  const documents = [
    { _id: 1, a: [{ b: [{ x: 1 }, { y: 1 }] }] },
    { _id: 2, a: [{ b: [{ x: 1, y: 1 }] }] },
    { _id: 3, a: [{ b: [{ x: 1 }] }, { b: [{ y: 1 }] }] },
  ];
  it.each<[string, Document, number[]]>([
    ['an element of the outer one', { a: { $elemMatch: { 'b.x': 1, 'b.y': 1 } } }, [1, 2]],
    ['an element of the inner one', { 'a.b': { $elemMatch: { x: 1, y: 1 } } }, [2]],
    ['one of each', { a: { $elemMatch: { b: { $elemMatch: { x: 1, y: 1 } } } } }, [2]],
    ['any', { 'a.b.x': 1, 'a.b.y': 1 }, [1, 2, 3]],
  ])('are asked for %s', async (_, filter, expected) => {
    const items = await holding(database, documents);
    await items.createIndex({ 'a.b.x': 1, 'a.b.y': 1 });
    expect(await idsOf(items, filter)).toEqual(expected);
    expect(await items.find(filter, { hint: { $natural: 1 } }).toArray()).toHaveLength(expected.length);
  });

  it('are not searched for an element by a path to a part of it', async () => {
    const items = await holding(database, each([[1], [7]], [[7]]));
    await items.createIndex({ 'a.0': 1 });
    expect(await idsOf(items, { a: { $elemMatch: { 0: 7 } } })).toEqual([1, 2]);
    expect(await idsOf(items, { 'a.0': 7 })).toEqual([]);
  });
});

describe('projections', () => {
  const document = { _id: 1, a: [1, 2, 3, 4], b: [{ x: 1, y: 1 }, 3, { y: 2 }], c: 5 };
  it.each<[string, Document, Document]>([
    ['$slice alone keeps the others', { a: { $slice: 2 }, b: 0 }, { _id: 1, a: [1, 2], c: 5 }],
    ['$slice counts from the end', { c: 1, a: { $slice: [-3, 2] } }, { _id: 1, a: [2, 3], c: 5 }],
    [
      '$elemMatch gives the first alone',
      { b: { $elemMatch: { y: { $gt: 0 } } } },
      { _id: 1, b: [{ x: 1, y: 1 }] },
    ],
    ['$elemMatch without a match leaves out', { c: 1, b: { $elemMatch: { y: 9 } } }, { _id: 1, c: 5 }],
    ['a path into an array drops scalars', { 'b.x': 1 }, { _id: 1, b: [{ x: 1 }, {}] }],
    ['an exclusion in an array keeps them', { a: 0, 'b.x': 0 }, { _id: 1, b: [{ y: 1 }, 3, { y: 2 }], c: 5 }],
  ])('%s', async (_, projection, expected) => {
    const items = await holding(database, [document]);
    expect(await items.findOne({}, { projection })).toEqual(expected);
  });

  it('return the element that the filter matched, if positional', async () => {
    const items = await holding(database, [document]);
    const filter: Document = { a: { $gt: 2 } };
    expect(await items.findOne(filter, { projection: { 'a.$': 1 } })).toEqual({ _id: 1, a: [3] });
    expect(await codeOf(items.findOne({ _id: 1 }, { projection: { 'a.$': 1 } }))).toBe(51246);
  });
});

describe('limits', () => {
  it('count with skip and limit, and a skip beyond the end', async () => {
    const items = await holding(database, each(1, 0, 1, 0, 1));
    const count = (options: Document) =>
      database.client.db('d').command({ count: items.collectionName, ...options });
    expect((await count({ skip: 3, limit: 5 })).n).toBe(2);
    expect((await count({ query: { a: 1 }, skip: 1, limit: 1 })).n).toBe(1);
    expect((await count({ skip: 9 })).n).toBe(0);
    expect(await items.find({}, { skip: 10 }).toArray()).toEqual([]);
    expect(await items.find({}, { limit: -2 }).toArray()).toHaveLength(2);
  });

  it('an empty first batch, and then everything', async () => {
    const items = await holding(database, each(1, 2));
    const db = database.client.db('d');
    const { cursor } = await db.command({ find: items.collectionName, batchSize: 0 });
    const more = await db.command({ getMore: cursor.id, collection: items.collectionName });
    expect([cursor.firstBatch.length, more.cursor.nextBatch.length]).toEqual([0, 2]);
  });

  it('transactions are refused, and have no effect', async () => {
    const items = await holding(database, each(1));
    const session = database.client.startSession();
    session.startTransaction();
    await expect(items.insertOne({ _id: 2 }, { session })).rejects.toThrow();
    expect(await codeOf(items.findOne({}, { session }))).toBe(263);
    await session.endSession();
    expect(await items.countDocuments({})).toBe(1);
  });
});
