// What queries cost, as explain reports it: the entries of their range, not the collection.
import { BSONSymbol } from 'bson';
import type { Collection, Document, Filter, FindOptions } from 'mongodb';
import { codeOf, stagesOf, startTestDatabase, type TestDatabase } from './test-database.ts';

interface Item {
  _id: number;
  a: number;
  b: number;
  s: string;
  tags: string[];
  u?: number;
}

let database: TestDatabase;
let items: Collection<Item>;
const total = 2000;

beforeAll(async () => {
  database = await startTestDatabase();
  items = database.client.db('plans').collection('items');
  await items.insertMany(
    Array.from({ length: total }, (_, i) => ({
      _id: i,
      a: i % 100,
      b: i,
      s: `name-${i % 500}`,
      tags: [`t${i % 50}`, `t${(i + 1) % 50}`],
      ...(i % 4 === 0 ? { u: i } : {}),
    })),
  );
  await items.createIndex({ a: 1, b: -1 });
  await items.createIndex({ s: 1 });
  await items.createIndex({ tags: 1 });
  await items.createIndex({ u: 1 }, { unique: true, sparse: true });
});

afterAll(async () => {
  await database.stop();
});

/** What a query returned, the keys and documents it examined, and the stages of its plan. */
async function costOf(filter: Filter<Item>, options: FindOptions = {}) {
  const { executionStats, queryPlanner }: Document = await items.find(filter, options).explain();
  const { nReturned, totalKeysExamined, totalDocsExamined } = executionStats;
  return {
    cost: [nReturned, totalKeysExamined, totalDocsExamined],
    stages: stagesOf(queryPlanner.winningPlan),
  };
}

describe('a query costs what its range contains', () => {
  it.each<[string, Filter<Item>, FindOptions, number[]]>([
    ['_id', { _id: 7 }, {}, [1, 1, 1]],
    ['an _id range', { _id: { $gte: 10, $lt: 15 } }, {}, [5, 5, 5]],
    ['several _ids', { _id: { $in: [3, 1, 99_999] } }, {}, [2, 2, 2]],
    ['an equality', { a: 5 }, {}, [20, 20, 20]],
    ['equality and range of a compound index', { a: 5, b: { $gte: 1000 } }, {}, [10, 10, 10]],
    ['two equalities', { a: 5, b: 105 }, {}, [1, 1, 1]],
    ['a field that no index holds', { a: 5, s: 'name-5' }, {}, [4, 4, 4]],
    ['a prefix', { s: /^name-49/ }, {}, [44, 44, 44]],
    ['an array element', { tags: 't3' }, {}, [80, 80, 80]],
    ['a unique value', { u: 8 }, {}, [1, 1, 1]],
    ['$or of two indexes', { $or: [{ u: 8 }, { s: 'name-1' }] }, {}, [5, 5, 5]],
    ['$or with the same document twice', { $or: [{ u: 8 }, { s: 'name-8' }] }, {}, [4, 5, 4]],
    ['a limit', { a: 5 }, { limit: 3 }, [3, 3, 3]],
    [
      'a skip and a limit in the order of an index',
      { a: 5 },
      { sort: { b: -1 }, skip: 2, limit: 3 },
      [3, 5, 3],
    ],
    ['the other direction', { a: 5 }, { sort: { b: 1 }, limit: 2 }, [2, 2, 2]],
    ['the first of all', {}, { sort: { s: -1 }, limit: 2 }, [2, 2, 2]],
    ['$in with a sort, merged', { a: { $in: [1, 2, 3] } }, { sort: { b: -1 }, limit: 4 }, [4, 4, 4]],
    ['a contradiction', { s: { $gt: 'b', $lt: 'a' } }, {}, [0, 0, 0]],
    ['a collection scan', { b: 17 }, {}, [1, 0, total]],
  ])('%s', async (_, filter, options, expected) => {
    expect((await costOf(filter, options)).cost).toEqual(expected);
  });

  it('and in no case more when the collection grows', async () => {
    const before = await costOf({ s: 'name-77', a: 77 });
    const more = Array.from({ length: 3000 }, (_, i) => ({
      _id: 10_000 + i,
      a: -1,
      b: i,
      s: 'other',
      tags: [],
    }));
    await items.insertMany(more);
    expect(await costOf({ s: 'name-77', a: 77 })).toEqual(before);
    await items.deleteMany({ a: -1 });
  });
});

describe('stages', () => {
  it.each<[string, Filter<Item>, FindOptions, string[]]>([
    ['a range', { a: 5 }, {}, ['FETCH', 'IXSCAN']],
    ['a sort by the index', { a: 5 }, { sort: { b: 1 } }, ['FETCH', 'IXSCAN']],
    ['a sort in memory', { a: 5 }, { sort: { s: 1 } }, ['SORT', 'FETCH', 'IXSCAN']],
    [
      'arrays give no order to a part of an index',
      { tags: { $gte: 't4' } },
      { sort: { tags: 1 } },
      ['SORT', 'FETCH', 'IXSCAN'],
    ],
    ['but to the whole', {}, { sort: { tags: 1 } }, ['FETCH', 'IXSCAN']],
    ['$or', { $or: [{ a: 5 }, { s: 'x' }] }, {}, ['FETCH', 'OR', 'IXSCAN', 'IXSCAN']],
    ['$or with a branch that no index serves', { $or: [{ a: 5 }, { b: 1 }] }, {}, ['COLLSCAN']],
    ['nothing', {}, {}, ['COLLSCAN']],
    ['a sparse index and missing fields', { u: { $exists: false } }, {}, ['COLLSCAN']],
    ['a hint', { b: 1 }, { hint: { s: 1 } }, ['FETCH', 'IXSCAN']],
    ['a natural hint', { a: 5 }, { hint: { $natural: 1 } }, ['COLLSCAN']],
  ])('%s', async (_, filter, options, expected) => {
    expect((await costOf(filter, options)).stages).toEqual(expected);
  });

  it('counts with keys alone', async () => {
    const { executionStats, queryPlanner }: Document = await database.client
      .db('plans')
      .command({ explain: { count: 'items', query: { a: { $lt: 3 } } }, verbosity: 'executionStats' });
    const { nReturned, totalKeysExamined, totalDocsExamined } = executionStats;
    expect([nReturned, totalKeysExamined, totalDocsExamined]).toEqual([60, 60, 0]);
    expect(stagesOf(queryPlanner.winningPlan)).toEqual(['COUNT', 'IXSCAN']);
  });

  it('explains writes and pipelines without carrying them out', async () => {
    const db = database.client.db('plans');
    const commands: Document[] = [
      { update: 'items', updates: [{ q: { a: 5 }, u: { $set: { b: -1 } }, multi: true }] },
      { delete: 'items', deletes: [{ q: { a: 5 }, limit: 0 }] },
      { findAndModify: 'items', query: { a: 5 }, remove: true },
      { aggregate: 'items', pipeline: [{ $match: { a: 5 } }], cursor: {} },
      { distinct: 'items', key: 's', query: { a: 5 } },
    ];
    for (const explain of commands) {
      const { queryPlanner } = await db.command({ explain, verbosity: 'executionStats' });
      expect(stagesOf(queryPlanner.winningPlan).slice(-2)).toEqual(['FETCH', 'IXSCAN']);
    }
    expect(await items.countDocuments({ a: 5, b: { $gte: 0 } })).toBe(20);
  });
});

describe('notablescan', () => {
  const set = (notablescan: boolean) => database.client.db('admin').command({ setParameter: 1, notablescan });
  beforeAll(() => set(true));
  afterAll(() => set(false));

  it('refuses what would scan a collection', async () => {
    expect(await codeOf(items.find({ b: 1 }).toArray())).toBe(291);
    expect(await codeOf(items.updateOne({ b: 1 }, { $set: { x: 1 } }))).toBe(291);
    expect(await codeOf(items.deleteMany({ b: 1 }))).toBe(291);
    expect(await codeOf(items.countDocuments({ b: 1 }))).toBe(291);
    expect(await codeOf(items.find({ b: 1 }, { hint: { $natural: 1 } }).toArray())).toBe(291);
  });

  it('allows what MongoDB allows: no filter, indexes, missing collections', async () => {
    expect(await items.find().limit(1).toArray()).toHaveLength(1);
    expect(await items.find({ a: 1 }).toArray()).toHaveLength(20);
    expect(await items.estimatedDocumentCount()).toBe(total);
    expect(await items.aggregate([{ $count: 'n' }]).toArray()).toEqual([{ n: total }]);
    expect(await database.client.db('plans').collection('none').find({ x: 1 }).toArray()).toEqual([]);
  });
});

describe('failure cases', () => {
  it('refuses hints that name no index', async () => {
    expect(await codeOf(items.find({}, { hint: 'none' }).toArray())).toBe(2);
    expect(await codeOf(items.find({}, { hint: { zzz: 1 } }).toArray())).toBe(2);
    expect(await codeOf(items.updateOne({ a: 1 }, { $set: { x: 1 } }, { hint: 'none' }))).toBe(2);
  });
});

describe('a partial index', () => {
  it('over one type of number serves no query for numbers of all types', async () => {
    const mixed = database.client.db('plans').collection('mixed');
    await mixed.createIndex({ a: 1 }, { partialFilterExpression: { a: { $type: 'int' } } });
    await mixed.insertMany([{ a: 1 }, { a: 1.5 }, { a: 2 }, { a: 'x' }]);
    expect((await mixed.find({ a: { $gte: 1 } }).toArray()).map(({ a }) => a)).toEqual([1, 1.5, 2]);
    expect(await mixed.countDocuments({ a: { $gt: 1, $lt: 2 } })).toBe(1);
  });

  it('over strings serves no query for strings, which symbols match, too', async () => {
    const texts = database.client.db('plans').collection<{ _id: number; a: unknown }>('texts');
    await texts.createIndex({ a: 1 }, { partialFilterExpression: { a: { $type: 'string' } } });
    await texts.insertMany([
      { _id: 1, a: 'x' },
      { _id: 2, a: new BSONSymbol('x') },
    ]);
    expect((await texts.find({ a: 'x' }).toArray()).map(({ _id }) => _id)).toEqual([1, 2]);
    expect(await texts.countDocuments({ a: 'x', $and: [{ a: { $type: 'string' } }] })).toBe(1);
  });

  it('over all numbers serves a query for some of them', async () => {
    const numbers = database.client.db('plans').collection('numbers');
    await numbers.createIndex({ a: 1 }, { partialFilterExpression: { a: { $type: 'number' } } });
    await numbers.insertMany([{ a: 1 }, { a: 1.5 }, { a: 'x' }]);
    const { queryPlanner, executionStats }: Document = await numbers.find({ a: { $gt: 1 } }).explain();
    expect(stagesOf(queryPlanner.winningPlan)).toContain('IXSCAN');
    expect(executionStats.totalKeysExamined).toBe(1);
  });
});

describe('keys longer than the storage can store', () => {
  it('stay unique, are found, and sort as without an index', async () => {
    const long = database.client.db('plans').collection<{ _id: number; k: string }>('long');
    await long.createIndex({ k: 1 }, { unique: true });
    const key = (end: string) => 'x'.repeat(3000) + end;
    const ends = ['c', 'a', 'b', ''];
    await long.insertMany(ends.map((end, _id) => ({ _id, k: key(end) })));
    await long.insertOne({ _id: 9, k: 'x'.repeat(999) });
    expect(await codeOf(long.insertOne({ _id: 10, k: key('b') }))).toBe(11000);
    expect(await long.findOne({ k: key('b') })).toMatchObject({ _id: 2 });
    expect(await long.countDocuments({ k: { $gt: key('a') } })).toBe(2);
    const sorted = await long.find({ k: { $gte: 'x' } }, { sort: { k: 1 } }).toArray();
    expect(sorted.map(({ _id }) => _id)).toEqual([9, 3, 1, 2, 0]);
    await long.updateOne({ _id: 2 }, { $set: { k: key('z') } });
    expect(await long.countDocuments({ k: key('b') })).toBe(0);
  });
});

describe('the first documents in an order', () => {
  interface Chat {
    _id: number;
    agent: string;
    name: string;
    at: number;
    topic: number;
  }
  const chatCount = 5_000;
  let chats: Collection<Chat>;
  beforeAll(async () => {
    chats = database.client.db('plans').collection('chats');
    await chats.insertMany(
      Array.from({ length: chatCount }, (_, i) => ({
        _id: i,
        agent: `a${i % 4}`,
        name: `n${i % 5}`,
        at: i,
        topic: Math.floor(i / 200),
      })),
    );
    await chats.createIndex({ agent: 1, at: -1 });
    await chats.createIndex({ name: 1, at: -1 });
    await chats.createIndex({ at: -1 });
    await chats.createIndex({ topic: 1 });
  });

  const explain = async (filter: Filter<Chat>, options: FindOptions) => {
    const { executionStats, queryPlanner }: Document = await chats.find(filter, options).explain();
    return { docs: executionStats.totalDocsExamined, stages: stagesOf(queryPlanner.winningPlan) };
  };
  const either = { $or: [{ agent: { $in: ['a1', 'a2'] } }, { name: 'n3' }] };

  it.each([1, -1] as const)('are merged from the branches of $or, in the direction %d', async (direction) => {
    const options = { sort: { at: direction }, limit: 10 } as const;
    const { docs, stages } = await explain(either, options);
    expect({ docs, stages }).toEqual({ docs: 10, stages: expect.arrayContaining(['SORT_MERGE']) });
    const ats = (await chats.find(either, options).toArray()).map(({ at }) => at);
    const all = (await chats.find(either).toArray()).map(({ at }) => at);
    expect(ats).toEqual(all.sort((a, b) => direction * (a - b)).slice(0, 10));
  });

  it('are not merged from branches that are sorted by something else first', async () => {
    const { stages } = await explain(either, { sort: { topic: 1, at: 1 }, limit: 10 });
    expect(stages).not.toContain('SORT_MERGE');
  });

  it('are sorted if few match, and found one after another if many do', async () => {
    const few = await explain({ topic: 3 }, { sort: { at: -1 }, limit: 10 });
    expect(few).toEqual({ docs: 200, stages: expect.arrayContaining(['SORT']) });
    const many = await explain({ topic: { $lt: 20 } }, { sort: { at: 1 }, limit: 10 });
    expect(many).toEqual({ docs: 10, stages: expect.not.arrayContaining(['SORT']) });
  });

  it('counts what an $or matches by its keys only', async () => {
    const { executionStats }: Document = await database.client.db('plans').command({
      explain: { count: 'chats', query: { $or: [{ agent: 'a1' }, { name: 'n3' }] } },
      verbosity: 'executionStats',
    });
    expect(executionStats.totalDocsExamined).toBe(0);
  });
});
