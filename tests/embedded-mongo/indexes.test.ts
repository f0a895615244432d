// What an index may say of itself, how indexes and collections are listed, and what a unique one answers.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Collection, type Db, type Document, Double, Long, MongoClient } from 'mongodb';
import { codeOf, startTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
let db: Db;
let items: Collection<Document>;
let round = 0;
beforeAll(async () => {
  database = await startTestDatabase();
});
beforeEach(() => {
  round += 1;
  db = database.client.db(`d${round}`);
  items = db.collection('items');
});
afterAll(() => database.stop());

const create = (index: Document, options: Document = {}): Promise<Document> =>
  db.command({ createIndexes: 'items', indexes: [{ key: { a: 1 }, name: 'a_1', ...index }], ...options });

describe('An index', () => {
  it.each<[string, Document, number]>([
    ['of version 0', { v: 0 }, 67],
    ['of a version to come', { v: 3 }, 67],
    ['of half a version', { v: 1.5 }, 2],
    ['of a version that is no number', { v: 'two' }, 14],
    ['with a null byte in its name', { name: 'a\0b' }, 67],
    ['with an empty name', { name: '' }, 67],
    ['with a name that is no text', { name: 5 }, 14],
    ['named like all indexes', { name: '*' }, 2],
    ['with an option that is none', { colour: 'red' }, 197],
    ['on _id that says it is unique', { key: { _id: 1 }, name: '_id_', unique: true }, 197],
    ['on _id in the background', { key: { _id: 1 }, name: '_id_', background: true }, 197],
    ['on _id of some documents', { key: { _id: 1 }, name: '_id_', sparse: true }, 197],
    ['on an empty field', { key: { 'a.': 1 } }, 67],
    ['on a field with a dollar', { key: { $a: 1 } }, 67],
    ['on a reference at the top', { key: { $id: 1 } }, 67],
  ])('%s is refused', async (_what, index, code) => {
    expect(await codeOf(create(index))).toBe(code);
  });

  it('without a name is refused', async () => {
    expect(await codeOf(db.command({ createIndexes: 'items', indexes: [{ key: { a: 1 } }] }))).toBe(9);
  });

  it('keeps its specification, except for obsolete options', async () => {
    await create({ background: true, unique: 1, dropDups: true, v: 1 });
    expect(await items.indexes()).toEqual([
      { v: 2, key: { _id: 1 }, name: '_id_' },
      { v: 1, key: { a: 1 }, name: 'a_1', background: true, unique: true },
    ]);
  });

  it('may have unknown options if those are to be ignored', async () => {
    await create({ colour: 'red', sparse: true }, { ignoreUnknownIndexOptions: true });
    expect(await items.indexes()).toContainEqual({ v: 2, key: { a: 1 }, name: 'a_1', sparse: true });
    const onId = { key: { _id: 1 }, name: '_id_', colour: 'red' };
    expect(await create(onId, { ignoreUnknownIndexOptions: true })).toMatchObject({ ok: 1 });
  });

  it('on a position does not affect fields with numeric names', async () => {
    await create({ key: { 'a.1': 1 }, name: 'second' });
    await db.collection<{ _id: number; a: unknown }>('items').insertMany([
      { _id: 1, a: [{ 1: 'x' }] },
      { _id: 2, a: ['w', 'x'] },
      { _id: 3, a: { 1: 'x' } },
    ]);
    const hint = 'second';
    expect(await items.find({ 'a.1': 'x' }, { hint, sort: { _id: 1 } }).toArray()).toHaveLength(3);
    expect(await codeOf(items.insertOne({ a: [{ 1: 'x' }, 'y'] }))).toBe(16746);
  });
});

describe('A unique index names the value in its way', () => {
  it.each<[unknown, string]>([
    [new Double(1), '1.0'],
    [new Double(1.5), '1.5'],
    [new Double(0.1), '0.1'],
    [new Double(-0), '-0.0'],
    [new Double(1e20), '1e+20'],
    [new Double(123456789012345.6), '123456789012345.6'],
    [new Double(1.5e-7), '1.5e-07'],
    [new Double(Number.NaN), 'nan'],
    [new Double(-Infinity), '-inf'],
    [7, '7'],
    [Long.fromNumber(7), '7'],
    ['x', '"x"'],
  ])('%s as %s', async (value, text) => {
    const anyIds = db.collection<{ _id: unknown }>('items');
    await anyIds.insertOne({ _id: value });
    const error = await anyIds.insertOne({ _id: value }).catch((reason: unknown) => reason as Document);
    expect(error).toMatchObject({ code: 11000 });
    expect((error as Error).message).toContain(`dup key: { _id: ${text} }`);
  });
});

describe('Lists of', () => {
  it('collections come in batches', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await db.createCollection(name);
    const { cursor } = await db.command({ listCollections: 1, cursor: { batchSize: 2 } });
    expect(cursor.firstBatch).toHaveLength(2);
    expect(cursor.ns).toBe(`${db.databaseName}.$cmd.listCollections`);
    const names = await db.listCollections({}, { batchSize: 2, nameOnly: true }).toArray();
    expect(names.map(({ name }) => name).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('indexes come in batches, which begin empty if requested', async () => {
    for (const field of ['a', 'b', 'c']) await items.createIndex({ [field]: 1 });
    const { cursor } = await db.command({ listIndexes: 'items', cursor: { batchSize: 0 } });
    expect(cursor).toMatchObject({ firstBatch: [], ns: items.namespace });
    expect(await items.listIndexes({ batchSize: 1 }).toArray()).toHaveLength(4);
    const whole = await db.command({ listIndexes: 'items' });
    expect(whole.cursor.firstBatch).toHaveLength(4);
    expect(whole.cursor.id).toBe(0);
  });
});

describe('While an index is being built', () => {
  let large: TestDatabase;
  let documents: Collection<Document>;
  beforeEach(async () => {
    large = await startTestDatabase();
    documents = large.client.db('d').collection('large');
    const bulk = { length: 10_000 };
    await documents.insertMany(Array.from(bulk, (_, n) => ({ n, text: `text of ${n}` })));
    await documents.createIndex({ n: 1 });
  });
  afterEach(() => large.stop());

  it('what serves already is confirmed at once', async () => {
    const done: string[] = [];
    const building = documents.createIndex({ text: 1 }).then(() => done.push('built'));
    await documents.createIndex({ n: 1 });
    done.push('confirmed');
    await building;
    expect(done).toEqual(['confirmed', 'built']);
  });

  it('the server tells how far it is', async () => {
    const progressOf = async (conditions: Document): Promise<Document[]> =>
      (await large.client.db('admin').command({ currentOp: 1, ...conditions })).inprog;
    const building = documents.createIndex({ text: 1 });
    let found: Document[] = [];
    while (!(found[0]?.progress.done > 0)) found = await progressOf({ 'command.createIndexes': 'large' });
    expect(found).toMatchObject([
      {
        ns: documents.namespace,
        command: { createIndexes: 'large', indexes: [{ name: 'text_1' }], $db: 'd' },
        msg: 'Index Build: scanning collection',
        progress: { done: expect.any(Number), total: 10_000 },
      },
    ]);
    expect(await progressOf({ 'command.createIndexes': 'other' })).toEqual([]);
    await building;
    expect(await progressOf({})).toEqual([]);
  });

  it('the server can stop; the next start goes on with it', async () => {
    const client = await MongoClient.connect(large.url);
    const building = codeOf(client.db('d').collection('large').createIndex({ text: 1 }));
    await documents.createIndex({ n: 1 });
    await large.stopKeepingData();
    expect(await building).toBe(11600);
    await client.close();
    large = await startTestDatabase({ dataDir: large.dataDir });
    const db = large.client.db('d');
    while ((await db.command({ collStats: 'large' })).indexBuilds.length > 0) await nextTurn();
    expect((await db.collection('large').indexes()).map(({ name }) => name)).toEqual([
      '_id_',
      'n_1',
      'text_1',
    ]);
    expect(await db.command({ validate: 'large' })).toMatchObject({ valid: true, errors: [] });
  });
});
