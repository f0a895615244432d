// What somebody who looks after the data asks: how much there is, what it takes, whether it is sound, how the server
// does.
import { type Collection, type Db, type Document, Long } from 'mongodb';
import { codeOf, startTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
let round = 0;
let db: Db;
let admin: Db;
let items: Collection<Document & { _id: number }>;

beforeAll(async () => {
  database = await startTestDatabase({ port: 0 });
  admin = database.client.db('admin');
});
beforeEach(() => {
  round += 1;
  db = database.client.db(`d${round}`);
  items = db.collection('items');
});
afterEach(() => db.dropDatabase());
afterAll(() => database.stop());

const insertThousand = () =>
  items.insertMany(Array.from({ length: 1000 }, (_, _id) => ({ _id, a: _id % 10, text: 'x'.repeat(100) })));

async function storageOf(collection: Collection<Document & { _id: number }> = items): Promise<Document> {
  const [answer] = await collection.aggregate([{ $collStats: { storageStats: {}, count: {} } }]).toArray();
  return answer?.storageStats;
}

describe('Sizes', () => {
  // {_id: int32, a: int32, text: 100 characters}
  const documentBytes = 4 + 9 + 7 + (1 + 5 + 4 + 101) + 1;

  it('follow every write', async () => {
    await items.createIndex({ a: 1 });
    await insertThousand();
    const full = await storageOf();
    expect(full).toMatchObject({
      count: 1000,
      size: 1000 * documentBytes,
      avgObjSize: documentBytes,
      nindexes: 2,
    });
    await items.updateMany({ a: 1 }, { $unset: { text: 1 } });
    expect((await storageOf()).size).toBe(1000 * documentBytes - 100 * 111);
    await items.deleteMany({ _id: { $gte: 500 } });
    const half = await storageOf();
    expect(half).toMatchObject({ count: 500, size: 500 * documentBytes - 50 * 111 });
    expect(half.indexSizes.a_1).toBe(full.indexSizes.a_1 / 2);
    await items.deleteMany({});
    expect(await storageOf()).toMatchObject({
      count: 0,
      size: 0,
      storageSize: 0,
      totalIndexSize: 0,
      indexSizes: { _id_: 0, a_1: 0 },
    });
  });

  it('of an index are the same whether it was created before the documents or after', async () => {
    await items.createIndex({ a: 1 });
    await insertThousand();
    const { indexSizes } = await storageOf();
    await items.dropIndex('a_1');
    await Promise.all([items.createIndex({ a: 1 }), items.updateMany({}, { $set: { a: 'as long' } })]);
    await items.updateMany({}, [{ $set: { a: { $mod: ['$_id', 10] } } }]);
    expect((await storageOf()).indexSizes).toEqual(indexSizes);
  });

  it('survive a restart', async () => {
    const first = await startTestDatabase();
    const things = first.client.db('d').collection<Document & { _id: number }>('things');
    await things.createIndex({ a: 1 });
    await things.insertMany([{ _id: 1, a: [1, 2, 3] }, { _id: 2 }]);
    const before = await storageOf(things);
    await first.stopKeepingData();
    const second = await startTestDatabase({ dataDir: first.dataDir });
    expect(await storageOf(second.client.db('d').collection('things'))).toEqual(before);
    await second.stop();
  });

  it('are reported for collections, databases and the deployment, and divided by a scale', async () => {
    await insertThousand();
    await db.collection('others').insertOne({ a: 1 });
    const stats = await db.command({ collStats: 'items', scale: 1024 });
    expect(stats).toMatchObject({
      ns: `${db.databaseName}.items`,
      size: Math.floor((1000 * documentBytes) / 1024),
      avgObjSize: documentBytes,
      scaleFactor: 1024,
    });
    const whole = await db.stats();
    expect(whole).toMatchObject({ db: db.databaseName, collections: 2, objects: 1001, indexes: 2, views: 0 });
    expect(whole.fsTotalSize).toBeGreaterThan(whole.fsUsedSize);
    const filter = { name: db.databaseName };
    const { databases, totalSize } = await admin.command({ listDatabases: 1, filter });
    expect(databases).toEqual([{ ...filter, sizeOnDisk: whole.totalSize, empty: false }]);
    expect(totalSize).toBe(whole.totalSize);
    const big = await admin.command({ listDatabases: 1, filter: { sizeOnDisk: { $gt: 1e9 } } });
    expect(big.databases).toEqual([]);
    const named = await admin.command({ listDatabases: 1, filter, nameOnly: true });
    expect(named.databases).toEqual([filter]);
  });

  it('of missing collections are zero', async () => {
    expect(await db.command({ collStats: 'none' })).toMatchObject({ count: 0, size: 0, nindexes: 0 });
    expect(await db.command({ dbStats: 1 })).toMatchObject({ collections: 0, dataSize: 0 });
    expect(await codeOf(storageOf(db.collection('none')))).toBe(26);
    expect(await codeOf(db.command({ collStats: 'none', scale: 0 }))).toBe(51024);
  });

  it('are available as a stage, followed by others', async () => {
    await insertThousand();
    const pipeline = [
      { $collStats: { count: {} } },
      { $match: { count: { $gt: 5 } } },
      { $project: { count: 1 } },
    ];
    expect(await items.aggregate(pipeline).toArray()).toEqual([{ count: 1000 }]);
    expect(await codeOf(items.aggregate([{ $match: {} }, { $collStats: {} }]).toArray())).toBe(40602);
    expect(await codeOf(items.aggregate([{ $collStats: { latencyStats: {} } }]).toArray())).toBe(238);
    expect(await codeOf(items.aggregate([{ $collStats: { other: {} } }]).toArray())).toBe(40415);
  });
});

describe('validate', () => {
  it('finds nothing wrong with an intact collection', async () => {
    await items.createIndex({ a: 1 }, { sparse: true });
    await items.insertMany([{ _id: 1, a: [1, 2, 3] }, { _id: 2 }, { _id: 3, a: 'x' }]);
    expect(await db.command({ validate: 'items' })).toMatchObject({
      ns: `${db.databaseName}.items`,
      valid: true,
      nrecords: 3,
      nIndexes: 2,
      keysPerIndex: { _id_: 3, a_1: 4 },
      indexDetails: { _id_: { valid: true }, a_1: { valid: true } },
      errors: [],
      warnings: [],
      nInvalidDocuments: 0,
    });
  });

  it('completes while others write, and says that they did', async () => {
    await insertThousand();
    const writes = Array.from({ length: 50 }, (_, i) => items.updateOne({ _id: i }, { $set: { a: -1 } }));
    const [answer] = await Promise.all([db.command({ validate: 'items', full: true }), ...writes]);
    expect(answer).toMatchObject({ valid: true, errors: [] });
  });

  it('refuses to repair, and refuses missing collections', async () => {
    expect(await codeOf(db.command({ validate: 'none' }))).toBe(26);
    expect(await codeOf(db.command({ validate: 'items', repair: true }))).toBe(72);
  });
});

describe('The server tells', () => {
  it('its traffic and what it does, in the types that mongostat reads', async () => {
    const status = () => admin.command({ serverStatus: 1 }, { promoteValues: false });
    const before = await status();
    await insertThousand();
    await items.updateMany({}, { $inc: { a: 1 } });
    const after = await status();
    const grown = (read: (from: Document) => Long): number =>
      read(after).toNumber() - read(before).toNumber();
    expect(grown(({ network }) => network.bytesIn)).toBeGreaterThan(100_000);
    expect(grown(({ network }) => network.bytesOut)).toBeGreaterThan(100);
    expect(grown(({ network }) => network.numRequests)).toBeGreaterThanOrEqual(3);
    expect(grown(({ extra_info: info }) => info.user_time_us)).toBeGreaterThan(0);
    expect(grown(({ opcounters }) => opcounters.insert)).toBe(1000);
    expect(grown(({ opcounters }) => opcounters.update)).toBe(1);
    expect(after).toMatchObject({
      repl: { setName: 'foyer', ismaster: true },
      storageEngine: { name: 'lmdb' },
    });
    for (const value of [after.pid, after.uptimeMillis, after.uptimeEstimate])
      expect(value).toBeInstanceOf(Long);
  });

  it('how long it worked on each collection', async () => {
    await insertThousand();
    await items.findOne({ a: 5 });
    const totals = async () => (await admin.command({ top: 1 })).totals;
    const { note, [items.namespace]: used } = await totals();
    expect(note).toBe('all times in microseconds');
    expect(used).toMatchObject({
      total: { count: 2 },
      writeLock: { count: 1 },
      readLock: { count: 1 },
      insert: { count: 1 },
      queries: { count: 1 },
      remove: { count: 0, time: 0 },
    });
    expect(used.total.time).toBe(used.writeLock.time + used.readLock.time);
    await items.drop();
    expect(Object.keys(await totals())).not.toContain(items.namespace);
  });

  it('where it runs, how it was started, and that it is the only member of its set', async () => {
    expect(await admin.command({ hostInfo: 1 })).toMatchObject({
      system: { numCores: expect.any(Number) },
      os: { type: expect.any(String) },
    });
    expect(await admin.command({ getCmdLineOpts: 1 })).toMatchObject({
      parsed: { storage: { dbPath: database.dataDir }, net: { port: Number(new URL(database.url).port) } },
    });
    const status = await admin.command({ replSetGetStatus: 1 });
    expect(status).toMatchObject({ set: 'foyer', myState: 1 });
    expect(status.members).toMatchObject([{ stateStr: 'PRIMARY', self: true }]);
    expect(await admin.command({ getLog: 'startupWarnings' })).toMatchObject({
      totalLinesWritten: 0,
      log: [],
    });
    expect(await admin.command({ getLog: '*' })).toMatchObject({ names: ['global', 'startupWarnings'] });
    expect(await codeOf(admin.command({ getLog: 'none' }))).toBe(96);
  });

  it.each([
    'currentOp',
    'getCmdLineOpts',
    'getLog',
    'listDatabases',
    'replSetGetStatus',
    'top',
    'getParameter',
    'setParameter',
  ])('%s only to those who ask in the database admin', async (name) => {
    expect(await codeOf(db.command({ [name]: 1 }))).toBe(13);
  });
});

describe('Refused by name:', () => {
  it.each<[string, Document]>([
    ['capped', { capped: true, size: 1000 }],
    ['validator', { validator: { a: 1 } }],
    ['viewOn', { viewOn: 'items', pipeline: [] }],
    ['timeseries', { timeseries: { timeField: 't' } }],
    ['clusteredIndex', { clusteredIndex: { key: { _id: 1 }, unique: true } }],
    ['changeStreamPreAndPostImages', { changeStreamPreAndPostImages: { enabled: true } }],
  ])('a collection with %s', async (name, options) => {
    const error = await db
      .command({ create: 'other', ...options })
      .catch((reason: unknown) => reason as Document);
    expect(error).toMatchObject({ code: 238, message: expect.stringContaining(name) });
  });

  it.each<[string, Document, number, Document?]>([
    ['text', { a: 'text' }, 67],
    ['2dsphere', { a: '2dsphere' }, 67],
    ['2d', { a: '2d' }, 67],
    ['hashed', { a: 'hashed' }, 67],
    ['Wildcard', { '$**': 1 }, 67],
    ['hidden', { a: 1 }, 238, { hidden: true }],
  ])('an index that is %s', async (name, key, code, options = {}) => {
    const indexes = [{ key, name: 'i', ...options }];
    const error = await db
      .command({ createIndexes: 'items', indexes })
      .catch((reason: unknown) => reason as Document);
    expect(error).toMatchObject({ code, message: expect.stringContaining(name) });
  });

  it('a transaction, and not in a way that makes the driver blame retryable writes', async () => {
    const session = database.client.startSession();
    const transaction = session.withTransaction(() => items.insertOne({ _id: 1 }, { session }));
    const error: Error & { code?: number } = await transaction.then(
      () => new Error('went through'),
      (reason: Error) => reason,
    );
    expect(error.code).toBe(263);
    expect(error.message).toMatch(/transaction/);
    expect(error.message).not.toMatch(/retryWrites/);
    await session.endSession();
    expect(await items.countDocuments({})).toBe(0);
  });

  it('an unknown command', async () => {
    const error = await admin.command({ compact: 'items' }).catch((reason: unknown) => reason as Document);
    expect(error).toMatchObject({ code: 59, message: expect.stringContaining('compact') });
  });
});
