// Writers that meet: each document is changed by those alone whose filter it matches when its turn comes.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { startTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase({ changeLog: { maxBytes: 1_000_000, maxAgeMs: 60_000 } });
});
afterAll(() => database.stop());

it('two that mark the same documents at once mark each once', async () => {
  const tasks = database.client.db('d').collection('tasks');
  const total = 5000;
  await tasks.insertMany(Array.from({ length: total }, () => ({ isDone: false, times: 0 })));
  const mark = () => tasks.updateMany({ isDone: false }, { $set: { isDone: true }, $inc: { times: 1 } });
  const results = await Promise.all([mark(), mark(), mark()]);
  expect(results.reduce((sum, { modifiedCount }) => sum + modifiedCount, 0)).toBe(total);
  expect(await tasks.countDocuments({ times: 1 })).toBe(total);
});

it('fifty upserts of one unique key insert once and otherwise update', async () => {
  const counters = database.client.db('d').collection<{ key: string; n: number }>('counters');
  await counters.createIndex({ key: 1 }, { unique: true });
  const results = await Promise.all(
    Array.from({ length: 50 }, () =>
      counters.findOneAndUpdate(
        { key: 'one' },
        { $inc: { n: 1 } },
        { upsert: true, includeResultMetadata: true },
      ),
    ),
  );
  expect(results.filter(({ lastErrorObject }) => lastErrorObject?.upserted)).toHaveLength(1);
  expect(await counters.find().toArray()).toMatchObject([{ key: 'one', n: 50 }]);
});

it('one whose answer fails changes nothing, and undoes nothing of others', async () => {
  const items = database.client.db('d').collection<{ _id: number; n: number }>('answers');
  await items.insertOne({ _id: 0, n: 0 });
  const projection = { quotient: { $divide: ['$n', 0] } };
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, (_, i) => {
      if (i % 2 === 0) return items.insertOne({ _id: i + 1, n: i });
      if (i % 4 === 1) return items.findOneAndUpdate({ _id: 0 }, { $inc: { n: 1 } }, { projection });
      return items.findOneAndDelete({ _id: 0 }, { projection });
    }),
  );
  expect(results.map(({ status }) => status)).toEqual(
    results.map((_, i) => (i % 2 === 0 ? 'fulfilled' : 'rejected')),
  );
  expect(await items.findOne({ _id: 0 })).toEqual({ _id: 0, n: 0 });
  expect(await items.countDocuments({})).toBe(26);
});

it('the space of dropped collections is reused', async () => {
  const bytesStored = (): number =>
    readdirSync(database.dataDir)
      .map((name) => statSync(path.join(database.dataDir, name)).size)
      .reduce((sum, size) => sum + size, 0);
  const round = async (): Promise<void> => {
    const collection = database.client.db('d').collection('passing');
    await collection.insertMany(Array.from({ length: 200 }, () => ({ text: 'x'.repeat(50_000) })));
    await collection.drop();
  };
  await round();
  const first = bytesStored();
  for (let i = 0; i < 8; i += 1) await round();
  expect(bytesStored()).toBeLessThan(4 * first);
});

it('counts no document that a search right after it does not find', async () => {
  const items = database.client.db('d').collection<{ _id: number }>('counted');
  let isDone = false;
  const inserting = (async () => {
    for (let _id = 0; _id < 300; _id += 1) await items.insertOne({ _id });
    isDone = true;
  })();
  while (!isDone) {
    const counted = await items.countDocuments();
    const found = await items.find({}, { projection: { _id: 1 } }).toArray();
    expect(found.length).toBeGreaterThanOrEqual(counted);
  }
  await inserting;
  expect(await items.countDocuments()).toBe(300);
  expect(await items.estimatedDocumentCount()).toBe(300);
});
