// A query for a single value of a unique index is answered by a look-up instead of a plan. It must find what a scan
// finds, and refuse what `find` refuses.
import { type Collection, type Document, Double, Int32, Long, MongoClient, ObjectId } from 'mongodb';
import { codeOf, startTestDatabase, type TestDatabase } from './test-database.ts';

interface Item {
  _id: number;
  u?: unknown;
}

let database: TestDatabase;
let items: Collection<Item>;
let made = 0;
beforeAll(async () => {
  database = await startTestDatabase();
});
beforeEach(() => {
  made += 1;
  items = database.client.db('points').collection(`items${made}`);
});
afterAll(() => database.stop());

const scan = { hint: { $natural: 1 } } as const;
const idsOf = (found: readonly Item[]): number[] => found.map(({ _id }) => _id);

/** The documents that a filter finds, which must be those that a scan finds. */
async function found(filter: Document): Promise<number[]> {
  const ids = idsOf(await items.find(filter).toArray());
  expect(ids).toEqual(idsOf(await items.find(filter, scan).toArray()));
  return ids;
}

describe('A single value of a unique index', () => {
  const id = new ObjectId();

  it.each<[string, unknown, unknown]>([
    ['a string', 'a', 'a'],
    ['a string with a null inside', 'a\0b', 'a\0b'],
    ['a string too long for a key', 'x'.repeat(3000), 'x'.repeat(3000)],
    ['an integer as a double', new Int32(7), new Double(7)],
    ['a zero as a negative one', new Int32(0), new Double(-0)],
    ['a number that no double can represent', Long.fromString('9007199254740993'), 9007199254740993n],
    ['NaN', new Double(Number.NaN), Number.NaN],
    ['a date', new Date(5), new Date(5)],
    ['an ObjectId', id, id],
    ['an element of an array', [1, 'x'], 'x'],
    ['nothing in an array of arrays', [['x']], 'y'],
  ])('%s', async (what, stored, asked) => {
    await items.createIndex({ u: 1 }, { unique: true });
    await items.insertMany([{ _id: 1 }, { _id: 2, u: stored }, { _id: 3, u: 'other' }]);
    expect(await found({ u: asked })).toEqual(what.startsWith('nothing') ? [] : [2]);
  });

  it('is not found where a longer one with the same beginning is', async () => {
    await items.createIndex({ u: 1 }, { unique: true });
    await items.insertOne({ _id: 1, u: `${'x'.repeat(3000)}y` });
    expect(await found({ u: `${'x'.repeat(3000)}z` })).toEqual([]);
  });

  it('is not one of many: null, which missing fields match too, patterns and whole arrays', async () => {
    await items.createIndex({ u: 1 }, { unique: true, sparse: true });
    await items.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3, u: null }, { _id: 4, u: ['a', 'b'] }]);
    expect(await found({ u: null })).toEqual([1, 2, 3]);
    expect(await found({ u: /^a/ })).toEqual([4]);
    expect(await found({ u: ['a', 'b'] })).toEqual([4]);
    expect(await found({ u: 'b' })).toEqual([4]);
    expect(await found({ u: { $exists: false } })).toEqual([1, 2]);
  });

  it('is found in documents outside a partial index', async () => {
    await items.createIndex({ u: 1 }, { unique: true, partialFilterExpression: { _id: { $gt: 1 } } });
    await items.insertMany([
      { _id: 0, u: 'a' },
      { _id: 1, u: 'a' },
      { _id: 2, u: 'a' },
    ]);
    expect(await found({ u: 'a' })).toEqual([0, 1, 2]);
  });

  it('is found in a field of an array’s documents, also one whose name is a number', async () => {
    await items.createIndex({ 'u.0': 1 }, { unique: true });
    await items.createIndex({ 'u.b': 1 }, { unique: true });
    await items.insertMany([
      { _id: 1, u: [{ b: 1 }, { b: 2 }] },
      { _id: 2, u: ['x'] },
    ]);
    expect(await found({ 'u.b': 2 })).toEqual([1]);
    expect(await found({ 'u.0': 'x' })).toEqual([2]);
  });

  it('is found by a descending and by the first field of a compound unique index', async () => {
    await items.createIndex({ u: -1 }, { unique: true });
    await items.createIndex({ u: 1, _id: 1 }, { unique: true });
    await items.insertMany([
      { _id: 1, u: 'a' },
      { _id: 2, u: 'b' },
    ]);
    expect(await found({ u: 'b' })).toEqual([2]);
  });

  it('is gone with its document and its index, and there again with a new one', async () => {
    const index = await items.createIndex({ u: 1 }, { unique: true });
    await items.insertOne({ _id: 1, u: 'a' });
    await items.updateOne({ u: 'a' }, { $set: { u: 'b' } });
    expect(await found({ u: 'a' })).toEqual([]);
    expect(await found({ u: 'b' })).toEqual([1]);
    await items.dropIndex(index);
    expect(await found({ u: 'b' })).toEqual([1]);
    await items.deleteOne({ u: 'b' });
    await items.createIndex({ u: 1 }, { unique: true });
    expect(await found({ u: 'b' })).toEqual([]);
    await items.insertOne({ _id: 2, u: 'b' });
    expect(await found({ u: 'b' })).toEqual([2]);
  });

  it('is shaped, skipped and limited like others', async () => {
    await items.createIndex({ u: 1 }, { unique: true });
    await items.insertOne({ _id: 1, u: 'a' });
    expect(await items.findOne({ u: 'a' }, { projection: { _id: 0 } })).toEqual({ u: 'a' });
    expect(await items.find({ u: 'a' }).skip(1).toArray()).toEqual([]);
    expect(await items.find({ u: 'a' }).limit(3).batchSize(1).toArray()).toHaveLength(1);
    const { cursor } = await database.client
      .db('points')
      .command({ find: items.collectionName, filter: { u: 'a' }, batchSize: 0 });
    expect(cursor.firstBatch).toEqual([]);
    expect(cursor.id).not.toEqual(0);
  });

  it.each<[string, Document, number]>([
    ['an unknown field', { nope: 1 }, 40415],
    ['a negative limit', { limit: -1 }, 51024],
    ['a negative batch size', { batchSize: -1 }, 51024],
    ['a collation', { collation: { locale: 'de' } }, 238],
    ['an index that is none', { hint: 'nope' }, 2],
    ['a bad sort', { sort: { u: 'up' } }, 15974],
    ['a bad variable', { let: { a: { $nope: 1 } } }, 168],
  ])('is not looked up with %s', async (_what, more, code) => {
    await items.createIndex({ u: 1 }, { unique: true });
    await items.insertOne({ _id: 1, u: 'a' });
    const command = { find: items.collectionName, filter: { u: 'a' }, ...more };
    expect(await codeOf(database.client.db('points').command(command))).toBe(code);
  });
});

describe('Several values of a unique index', () => {
  it('are found in the order asked for, whatever is between them, and each document once', async () => {
    await items.createIndex({ u: 1 }, { unique: true });
    await items.insertMany([
      { _id: 1, u: ['a', 'c'] },
      { _id: 2, u: 'b' },
      { _id: 3, u: 'd' },
    ]);
    const filter = { u: { $in: ['d', 'c', 'x', 'b', 'a'] } };
    expect((await found(filter)).toSorted()).toEqual([1, 2, 3]);
    expect(idsOf(await items.find(filter).sort({ _id: -1 }).toArray())).toEqual([3, 2, 1]);
  });

  it('come in the order of the other fields of a compound index', async () => {
    await items.createIndex({ u: 1, _id: 1 }, { unique: true });
    await items.insertMany([
      { _id: 3, u: 'a' },
      { _id: 2, u: 'b' },
      { _id: 1, u: 'a' },
    ]);
    const filter = { u: { $in: ['a', 'b'] }, _id: { $in: [1, 2, 3] } };
    expect(idsOf(await items.find(filter).sort({ _id: 1 }).toArray())).toEqual([1, 2, 3]);
    expect(idsOf(await items.find(filter).sort({ _id: -1 }).limit(2).toArray())).toEqual([3, 2]);
  });
});

it('A value that moves from document to document is never found in a document that no longer has it', async () => {
  await items.createIndex({ u: 1 }, { unique: true });
  await items.insertMany([
    { _id: 0, u: 'it' },
    { _id: 1 + 1000, u: 'other' },
  ]);
  const reader = await MongoClient.connect(database.url);
  const same = reader.db('points').collection<Item>(items.collectionName);
  try {
    let isMoving = true;
    const moving = (async () => {
      for (let i = 0; i < 200; i += 1) {
        await items.updateOne({ u: 'it' }, { $set: { u: `was-${i}` } });
        await items.insertOne({ _id: i + 1, u: 'it' });
      }
      isMoving = false;
    })();
    while (isMoving) {
      const document = await same.findOne({ u: 'it' });
      if (document) expect(document.u).toBe('it');
    }
    await moving;
  } finally {
    await reader.close();
  }
  expect(await found({ u: 'it' })).toEqual([200]);
});
