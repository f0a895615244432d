// Many statements in one command: they share transactions, let others run, and are one after another all the same.
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { Binary, type Collection, Long, type MongoBulkWriteError, type MongoClient } from 'mongodb';
import { readMeta } from '../../src/embedded-mongo/storage/lmdb-meta.ts';
import { sendRaw } from './raw-messages.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';

interface Item {
  _id: number;
  n: number;
  key: string;
}

const size = 4000;
let database: TestDatabase;
let client: MongoClient;
let items: Collection<Item>;

beforeAll(async () => {
  database = await startTestDatabase({ port: 0 });
  client = database.client;
});
afterAll(() => database.stop());

beforeEach(async () => {
  items = client.db('bulk').collection<Item>('items');
  await items.deleteMany({});
  await items.createIndex({ key: 1 }, { unique: true });
  await items.insertMany(Array.from({ length: size }, (_, _id) => ({ _id, n: 0, key: `key ${_id}` })));
});

/** How many transactions there were so far, as the newer of the file's two headers says. */
function transactions(): number {
  const file = openSync(path.join(database.dataDir, 'data.mdb'), 'r');
  const ids = [0, 4096].map((offset) => {
    const bytes = Buffer.alloc(4096);
    readSync(file, bytes, 0, bytes.length, offset);
    return Number(readMeta(bytes)?.txnId ?? 0);
  });
  closeSync(file);
  return Math.max(...ids);
}

const timed = async (operation: Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await operation;
  return performance.now() - started;
};

describe('statements of one command', () => {
  it.each<[string, (i: number) => Parameters<typeof items.bulkWrite>[0][number]]>([
    ['updateOne', (i) => ({ updateOne: { filter: { _id: i }, update: { $inc: { n: 1 } } } })],
    ['updateMany', (i) => ({ updateMany: { filter: { key: `key ${i}` }, update: { $inc: { n: 1 } } } })],
    ['deleteOne', (i) => ({ deleteOne: { filter: { _id: i } } })],
    ['deleteMany', (i) => ({ deleteMany: { filter: { key: `key ${i}` } } })],
  ])('share transactions: %s', async (_, statement) => {
    const before = transactions();
    const result = await items.bulkWrite(Array.from({ length: size }, (_, i) => statement(i)));
    expect(result.modifiedCount + result.deletedCount).toBe(size);
    expect(transactions() - before).toBeLessThan(size / 5);
  });

  it('see what earlier ones did', async () => {
    const result = await items.bulkWrite([
      { updateOne: { filter: { _id: 1 }, update: { $set: { n: 5 } } } },
      { updateMany: { filter: { n: 5, key: 'key 1' }, update: { $set: { key: 'new' } } } },
      { deleteOne: { filter: { key: 'new' } } },
      { updateOne: { filter: { _id: 1 }, update: { $set: { n: 6, key: 'again' } }, upsert: true } },
    ]);
    expect(result).toMatchObject({ modifiedCount: 2, deletedCount: 1, upsertedCount: 1 });
    expect(await items.findOne({ _id: 1 })).toEqual({ _id: 1, n: 6, key: 'again' });
  });

  it.each([
    ['end at the first that fails', true, [1, 0]],
    ['go on behind one that fails, unless ordered', false, [1, 1]],
  ])('%s', async (_, ordered, [first, third]) => {
    const failed: MongoBulkWriteError = await items
      .bulkWrite(
        [
          { updateOne: { filter: { _id: 1 }, update: { $inc: { n: 1 } } } },
          { updateOne: { filter: { _id: 2 }, update: { $set: { key: 'key 1' } } } },
          { updateOne: { filter: { _id: 3 }, update: { $inc: { n: 1 } } } },
        ],
        { ordered },
      )
      .then(
        () => Promise.reject(new Error('it did not fail')),
        (error) => error,
      );
    expect(failed.code).toBe(11000);
    expect(failed.result.modifiedCount).toBe((first ?? 0) + (third ?? 0));
    const stored = await items.find({ _id: { $lt: 4 } }, { sort: { _id: 1 } }).toArray();
    expect(stored.map(({ n }) => n)).toEqual([0, first, 0, third]);
  });

  it('are done once if the command is sent again', async () => {
    const lsid = { id: new Binary(randomBytes(16), Binary.SUBTYPE_UUID) };
    const updates = Array.from({ length: 1500 }, (_, i) => ({ q: { _id: i }, u: { $inc: { n: 1 } } }));
    const command = { update: 'items', updates, lsid, txnNumber: Long.fromNumber(1), $db: 'bulk' };
    const port = Number(new URL(database.url).port);
    // Cut short by its client's patience, say.
    const part = await sendRaw(port, { ...command, updates: updates.slice(0, 700) });
    const whole = await sendRaw(port, command);
    const again = await sendRaw(port, command);
    expect([part.nModified, whole.nModified, again.nModified]).toEqual([700, 1500, 1500]);
    expect(await items.countDocuments({ _id: { $lt: 1500 }, n: 1 })).toBe(1500);
  });

  it('let others write between them', async () => {
    const bulk = items.bulkWrite(
      Array.from({ length: size }, (_, i) => ({
        updateOne: { filter: { _id: i }, update: { $inc: { n: 1 } } },
      })),
    );
    let isDone = false;
    const done = bulk.finally(() => {
      isDone = true;
    });
    const others = client.db('bulk').collection('others');
    let written = 0;
    while (!isDone) {
      await others.insertOne({});
      written += 1;
    }
    await done;
    expect(written).toBeGreaterThan(5);
  });
});

describe('a long list of values', () => {
  // Were the filter made ready for every document, this would take as long as the square of its length.
  it.each<[string, (ids: number[]) => Promise<unknown>]>([
    ['updateMany', (ids) => items.updateMany({ _id: { $in: ids } }, { $inc: { n: 1 } })],
    ['deleteMany', (ids) => items.deleteMany({ _id: { $in: ids } })],
  ])('costs %s as much for each as a short one', async (_, modify) => {
    const ids = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
    await modify(ids(0, 100));
    const short = await timed(modify(ids(100, 300)));
    const long = await timed(modify(ids(400, 3000)));
    expect(long / short).toBeLessThan(50);
  });
});
