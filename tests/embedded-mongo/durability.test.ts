// What was acknowledged is there after a kill, whole: the documents, their index entries and their number agree.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { type Collection, type Db, MongoClient } from 'mongodb';
import { createEngine } from '../../src/embedded-mongo/engine.ts';
import { tables } from '../../src/embedded-mongo/storage/layout.ts';
import { Store } from '../../src/embedded-mongo/storage/store.ts';
import { kill, spawnServer } from './spawned-server.ts';
import { temporaryDirectory } from './test-database.ts';

interface Item {
  _id: string;
  token: string;
  tags: string[];
  n: number;
}

const writers = 16;

/** What the clients were told of each document: the last acknowledged `n`, and one that may have been written. */
type Told = Map<string, { acknowledged: number; attempted: number }>;

/** Inserts and updates until the server is gone. */
async function writeUntilKilled(items: Collection<Item>, round: number, told: Told): Promise<void> {
  const write = async (writer: number): Promise<void> => {
    for (let i = 0; ; i += 1) {
      const _id = `${round}-${writer}-${i}`;
      const entry = { acknowledged: -1, attempted: 0 };
      told.set(_id, entry);
      await items.insertOne({ _id, token: `token-${_id}`, tags: ['a', `tag-${i % 7}`], n: 0 });
      entry.acknowledged = 0;
      entry.attempted = 1;
      await items.updateOne({ _id }, { $set: { n: 1, tags: ['b', `tag-${i % 5}`] } });
      entry.acknowledged = 1;
    }
  };
  await Promise.allSettled(Array.from({ length: writers }, (_, writer) => write(writer)));
}

const options = { retryWrites: false, retryReads: false, serverSelectionTimeoutMS: 2000 } as const;

async function expectNothingLost(items: Collection<Item>, told: Told): Promise<void> {
  const stored = new Map((await items.find().toArray()).map((item) => [item._id, item]));
  for (const [id, { acknowledged, attempted }] of told) {
    const n = stored.get(id)?.n ?? -1;
    expect([id, n >= acknowledged && n <= attempted]).toEqual([id, true]);
  }
  expect(await items.estimatedDocumentCount()).toBe(stored.size);
  expect(await items.countDocuments({ token: { $gte: '' } }, { hint: { token: 1 } })).toBe(stored.size);
  const tags = [...stored.values()].flatMap((item) => item.tags);
  for (const tag of new Set(tags)) {
    const counted = await items.countDocuments({ tags: tag }, { hint: { tags: 1 } });
    expect([tag, counted]).toEqual([tag, tags.filter((each) => each === tag).length]);
  }
}

it('keeps every acknowledged write, and no partial one, across kill -9', async () => {
  const dataDir = temporaryDirectory();
  const told: Told = new Map();
  try {
    for (let round = 0; round < 5; round += 1) {
      const { child, url } = await spawnServer(dataDir);
      const client = await MongoClient.connect(url, options);
      const items = client.db('durable').collection<Item>('items');
      await items.createIndex({ token: 1 }, { unique: true });
      await items.createIndex({ tags: 1, n: 1 });
      await items.createIndex({ tags: 1 });
      await expectNothingLost(items, told);
      const before = told.size;
      const writing = writeUntilKilled(items, round, told);
      while (told.size < before + 300 + round * 150) await new Promise((resolve) => setImmediate(resolve));
      await kill(child);
      await writing;
      await client.close();
    }
    const { child, url } = await spawnServer(dataDir);
    const client = await MongoClient.connect(url, options);
    await expectNothingLost(client.db('durable').collection<Item>('items'), told);
    await client.close();
    await kill(child);
    expect(told.size).toBeGreaterThan(1500);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 90_000);

it('goes on with builds of indexes that kill -9 interrupts, again and again', async () => {
  const dataDir = temporaryDirectory();
  const count = 10_000;
  const itemOf = (i: number): Item => ({ _id: `${i}`, token: `${i}`.padEnd(800, 'x'), tags: [], n: i });
  const indexes = [
    { key: { token: 1 }, name: 'token_1', unique: true },
    { key: { token: 1, n: 1 }, name: 'token_n' },
  ];
  /** How many bytes the entries of both have when the server is killed; the last thousand may not be stored yet. */
  const moments = [1, 5_000_000, 12_000_000];
  const lastThousand = 1_000_000;
  const open = async () => {
    const { child, url } = await spawnServer(dataDir);
    const client = await MongoClient.connect(url, options);
    const db = client.db('durable');
    return { child, client, db, items: db.collection<Item>('items') };
  };
  const builtBytes = async (db: Db): Promise<number> => {
    const { indexSizes } = await db.command({ collStats: 'items' });
    return (indexSizes.token_1 ?? 0) + (indexSizes.token_n ?? 0);
  };
  let { child, client, db, items } = await open();
  try {
    await items.insertMany(Array.from({ length: count }, (_, i) => itemOf(i)));
    const building = items.createIndexes(indexes).catch((error: Error) => error.name);
    for (const [round, bytes] of moments.entries()) {
      while ((await builtBytes(db)) < bytes) await items.findOne({ _id: '1' });
      await kill(child);
      await client.close();
      ({ child, client, db, items } = await open());
      expect(await builtBytes(db)).toBeGreaterThanOrEqual(bytes - lastThousand);
      for (let i = round; i < count; i += 1000)
        await items.updateOne({ _id: `${i}` }, { $set: { token: `new ${i}`, n: -i } });
      await items.deleteMany({ _id: { $in: [`${100 + round}`, `${9_000 + round}`] } });
      await items.insertOne(itemOf(count + round));
    }
    await building;
    await items.createIndexes(indexes);
    const left = await items.countDocuments();
    expect(await db.command({ validate: 'items' })).toMatchObject({
      valid: true,
      errors: [],
      keysPerIndex: { _id_: left, token_1: left, token_n: left },
    });
  } finally {
    await client.close();
    await kill(child);
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 120_000);

it('finishes emptying a dropped collection if it was killed meanwhile', async () => {
  const dataDir = temporaryDirectory();
  try {
    const { child, url } = await spawnServer(dataDir);
    const client = await MongoClient.connect(url, options);
    const items = client.db('durable').collection('items');
    await items.createIndex({ n: 1 });
    await items.insertMany(Array.from({ length: 5000 }, (_, n) => ({ n })));
    await items.drop();
    await kill(child);
    await client.close();
    const store = new Store(path.join(dataDir, 'data.mdb'));
    const engine = createEngine(store);
    expect(engine.catalog.collections()).toEqual([]);
    engine.sweep();
    while (engine.catalog.garbage().length > 0) await new Promise((resolve) => setImmediate(resolve));
    await engine.settle();
    const range = { start: Buffer.from([tables.documents]), end: Buffer.from([tables.index + 1]) };
    expect(store.count(range, 1).count).toBe(0);
    await store.close();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 30_000);
