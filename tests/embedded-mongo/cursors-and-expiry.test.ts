// Time is injected: the server runs in this process, with a clock that the tests set.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { type Collection, type Document, MongoClient } from 'mongodb';
import { type RunningServer, startServer } from '../../src/embedded-mongo/server.ts';
import { codeOf, temporaryDirectory } from './test-database.ts';

let now = new Date('2026-01-01T00:00:00Z');
let dataDir: string;
let server: RunningServer;
let client: MongoClient;

beforeAll(async () => {
  dataDir = temporaryDirectory();
  server = await startServer({
    dataDir: path.join(dataDir, 'data'),
    listen: { port: 0 },
    clock: () => now,
    maintenanceIntervalMs: 20,
  });
  client = await MongoClient.connect(server.url);
});

afterAll(async () => {
  await client.close();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const queryPlanKilled = 175;

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

const numbers = async (name: string, length: number, text = ''): Promise<Collection<Document>> => {
  const collection = client.db('d').collection<Document>(name);
  await collection.insertMany(Array.from({ length }, (_, n) => ({ n, text })));
  return collection;
};

describe('cursors', () => {
  it('return every document once, in batches of 101 and then as many as fit', async () => {
    const collection = await numbers('many', 5000);
    expect((await collection.find().toArray()).map(({ n }) => n)).toEqual([...Array(5000).keys()]);
    const { cursor } = await client.db('d').command({ find: 'many' });
    expect(cursor.firstBatch).toHaveLength(101);
  });

  it('return batches of at most 16 MB', async () => {
    const collection = await numbers('big', 40, 'x'.repeat(1_000_000));
    const { cursor } = await client.db('d').command({ find: 'big', batchSize: 1000 });
    expect(cursor.firstBatch.length).toBe(16);
    expect(await collection.find().toArray()).toHaveLength(40);
  });

  it('end with an error if the index that they read is dropped, since the rest is incomplete', async () => {
    const collection = await numbers('indexed', 2000);
    const open = async () => {
      await collection.createIndex({ n: 1 });
      return client.db('d').command({ find: 'indexed', filter: { n: { $gte: 0 } }, batchSize: 10 });
    };
    const more = (id: unknown) => client.db('d').command({ getMore: id, collection: 'indexed' });
    const dropped = await open();
    await collection.dropIndex('n_1');
    expect(await codeOf(more(dropped.cursor.id))).toBe(queryPlanKilled);
    const replaced = await open();
    await collection.dropIndex('n_1');
    await collection.createIndex({ n: 1 });
    expect(await codeOf(more(replaced.cursor.id))).toBe(queryPlanKilled);
  });

  it('see unchanged documents once, while others insert and delete', async () => {
    const collection = await numbers('moving', 2000);
    const seen: number[] = [];
    for await (const { n } of collection.find({}, { batchSize: 100 })) {
      seen.push(n);
      if (n % 200 === 0) await collection.insertOne({ n: -1 });
      if (n % 300 === 0) await collection.deleteMany({ n: -1 });
    }
    expect(seen.filter((n) => n >= 0)).toEqual([...Array(2000).keys()]);
  });

  it('return documents as they are when their turn comes', async () => {
    const collection = await numbers('changing', 20);
    const cursor = collection.find({}, { batchSize: 2 });
    expect((await cursor.next())?.n).toBe(0);
    await collection.updateOne({ n: 5 }, { $set: { text: 'changed' } });
    await collection.deleteOne({ n: 6 });
    const rest = await cursor.toArray();
    expect(rest.find(({ n }) => n === 5)).toMatchObject({ text: 'changed' });
    expect(rest.map(({ n }) => n)).not.toContain(6);
  });

  it('that merge ranges return nothing that has stopped matching', async () => {
    const collection = client.db('d').collection<{ _id: number; group: number; n: number }>('merged');
    await collection.createIndex({ group: 1, n: 1 });
    await collection.insertMany(Array.from({ length: 8 }, (_, n) => ({ _id: n, group: n % 2, n })));
    const cursor = collection.find({ group: { $in: [0, 1] } }, { sort: { n: 1 }, batchSize: 1 });
    expect((await cursor.next())?.n).toBe(0);
    await collection.updateMany({ n: { $in: [1, 2, 5] } }, { $set: { group: 7 } });
    expect((await cursor.toArray()).map(({ n }) => n)).toEqual([3, 4, 6, 7]);
  });

  it('are closed if nobody reads for ten minutes, and not before', async () => {
    const { cursor } = await client.db('d').command({ find: 'many' });
    now = new Date(now.getTime() + 9 * 60_000);
    await client.db('d').command({ getMore: cursor.id, collection: 'many', batchSize: 1 });
    now = new Date(now.getTime() + 11 * 60_000);
    const open = async () =>
      (await client.db('admin').command({ serverStatus: 1 })).metrics.cursor.open.total;
    await eventually(async () => Number(await open()) === 0);
    expect(await codeOf(client.db('d').command({ getMore: cursor.id, collection: 'many' }))).toBe(43);
  });

  it('end when they are killed, and when their collection is dropped', async () => {
    const killed = (await client.db('d').command({ find: 'many' })).cursor;
    await client.db('d').command({ killCursors: 'many', cursors: [killed.id] });
    expect(await codeOf(client.db('d').command({ getMore: killed.id, collection: 'many' }))).toBe(43);
    await numbers('doomed', 500);
    const dropped = (await client.db('d').command({ find: 'doomed' })).cursor;
    await client.db('d').dropCollection('doomed');
    expect(await codeOf(client.db('d').command({ getMore: dropped.id, collection: 'doomed' }))).toBe(175);
  });
});

describe('limits', () => {
  it('respects maxTimeMS', async () => {
    await numbers('slow', 20_000, 'x'.repeat(200));
    const slow = client.db('d').collection('slow').find({ text: /y$/ }, { maxTimeMS: 1 });
    expect(await codeOf(slow.toArray())).toBe(50);
  });

  it('lets others continue during a long scan', async () => {
    const slow = client.db('d').collection('slow').find({ text: /y$/ }).toArray();
    let isDone = false;
    let worstMs = 0;
    const scan = slow.then(() => {
      isDone = true;
    });
    let asked = 0;
    while (!isDone) {
      const started = performance.now();
      await client.db('d').command({ ping: 1 });
      worstMs = Math.max(worstMs, performance.now() - started);
      asked += 1;
    }
    await scan;
    expect(asked).toBeGreaterThan(2);
    expect(worstMs).toBeLessThan(500);
  });

  it('refuses documents over 16 MB, and sorts over 100 MB', async () => {
    const collection = client.db('d').collection('big');
    expect(await codeOf(collection.insertOne({ text: 'x'.repeat(16 * 1024 * 1024) }))).toBe(10334);
    const named = client.db('d').collection<{ _id: string; text: string }>('big');
    await named.insertOne({ _id: 'grown', text: 'x'.repeat(9_000_000) });
    const doubled = named.updateOne({ _id: 'grown' }, [{ $set: { more: '$text' } }]);
    expect(await codeOf(doubled)).toBe(10334);
    for (let i = 0; i < 8; i += 1) await numbers('big', 10, 'x'.repeat(1_000_000));
    expect(await codeOf(collection.find({}, { sort: { text: 1, n: 1 } }).toArray())).toBe(292);
    const stages = [{ $addFields: { m: 1 } }, { $sort: { m: 1 } }];
    expect(await codeOf(collection.aggregate(stages).toArray())).toBe(292);
    expect(await collection.find({}, { sort: { n: 1 }, limit: 3 }).toArray()).toHaveLength(3);
  });
});

describe('expiry', () => {
  it('removes documents with a date that is old enough, and nothing else', async () => {
    const collection = client.db('d').collection<{ _id: string; at?: unknown; keep?: boolean }>('expiring');
    const old = new Date(now.getTime() - 3_600_000);
    const young = new Date(now.getTime() - 10_000);
    await collection.insertMany([
      { _id: 'old', at: old },
      { _id: 'young', at: young },
      { _id: 'nearly', at: new Date(now.getTime() - 59_990) },
      { _id: 'number', at: old.getTime() },
      { _id: 'text', at: old.toISOString() },
      { _id: 'none' },
      { _id: 'array with an old one', at: [young, old] },
      { _id: 'array of young ones', at: [young] },
    ]);
    await collection.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    await eventually(async () => (await collection.countDocuments()) === 6);
    const left = (await collection.find().toArray()).map(({ _id }) => _id);
    expect(left).toEqual(['young', 'nearly', 'number', 'text', 'none', 'array of young ones']);
    now = new Date(now.getTime() + 60_000);
    await eventually(async () => (await collection.countDocuments()) === 3);
  });

  it('concerns only what is in the index, if that is partial', async () => {
    const collection = client.db('d').collection<{ _id: string; at: Date; s: unknown }>('partly');
    const partialFilterExpression = { s: { $type: 'string' } };
    await collection.createIndex({ at: 1 }, { expireAfterSeconds: 0, partialFilterExpression });
    const at = new Date(now.getTime() - 1000);
    await collection.insertMany([
      { _id: 'in', at, s: 'x' },
      { _id: 'out', at, s: 1 },
    ]);
    await eventually(async () => (await collection.countDocuments()) === 1);
    expect(await collection.findOne()).toMatchObject({ _id: 'out' });
  });
});
