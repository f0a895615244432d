// How `getMore` waits: no longer than it was told to, only until the next write, and without using the processor.
import { rmSync } from 'node:fs';
import {
  type Collection,
  type CommandStartedEvent,
  type Document,
  type Long,
  MongoClient,
  type MongoServerError,
} from 'mongodb';
import {
  codeOf,
  startEmbedded,
  startTestDatabase,
  type TestDatabase,
  temporaryDirectory,
} from '../test-database.ts';
import { idsOf, watch } from './watching.ts';

interface Item extends Document {
  _id: number;
}

let database: TestDatabase;
let collections = 0;
let items: Collection<Item>;
let commands: string[];

beforeAll(async () => {
  database = await startTestDatabase({}, { monitorCommands: true });
  database.client.on('commandStarted', ({ commandName }: CommandStartedEvent) => commands.push(commandName));
});

beforeEach(() => {
  collections += 1;
  commands = [];
  items = database.client.db('d').collection(`items${collections}`);
});

afterAll(() => database.stop());

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Opens a stream with raw commands. */
async function open(pipeline: Document[] = []) {
  const db = database.client.db('d');
  const collection = items.collectionName;
  const aggregate = { aggregate: collection, pipeline: [{ $changeStream: {} }, ...pipeline], cursor: {} };
  const { cursor } = await db.command(aggregate, { promoteLongs: false });
  const id = cursor.id as Long;
  const more = async (maxTimeMS: number, options: Document = {}): Promise<Document> =>
    (await db.command({ getMore: id, collection, maxTimeMS, ...options })).cursor as Document;
  return { id, more };
}

it('returns as soon as the awaited write happens', async () => {
  const stream = await open();
  const answered = stream.more(600_000);
  await items.insertOne({ _id: 1 });
  const { nextBatch } = await answered;
  expect(idsOf(nextBatch as Document[])).toEqual([1]);
});

it('returns no event when its time is up, with a later token', async () => {
  const stream = await open();
  const before = await stream.more(1);
  await database.client.db('d').collection('elsewhere').insertOne({ a: 1 });
  const begun = performance.now();
  const after = await stream.more(200);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(195);
  expect(after.nextBatch).toEqual([]);
  expect(after.postBatchResumeToken._data > before.postBatchResumeToken._data).toBe(true);
});

it('is not woken by changes to other collections and does no work meanwhile', async () => {
  const stream = await watch(items, [], { maxAwaitTimeMS: 600_000 });
  const other = database.client.db('d').collection<Item>('others');
  const next = stream.next();
  for (const i of numbers(20)) await other.insertOne({ _id: 1000 * collections + i });
  await items.insertOne({ _id: 1 });
  expect(idsOf([await next])).toEqual([1]);
  expect(commands.filter((name) => name === 'getMore')).toHaveLength(1);
  await stream.close();
});

it('keeps waiting if the pipeline drops the event', async () => {
  const stream = await open([{ $match: { 'fullDocument.wanted': true } }]);
  const answered = stream.more(600_000);
  await items.insertMany([{ _id: 1 }, { _id: 2 }]);
  await items.insertOne({ _id: 3, wanted: true });
  expect(idsOf((await answered).nextBatch as Document[])).toEqual([3]);
});

it('gives two watchers the same events, each at its own pace', async () => {
  const [quick, slow] = [await watch(items), await watch(items, [], { batchSize: 2 })];
  for (const i of numbers(50)) {
    await items.insertOne({ _id: i });
    expect(idsOf(await quick.take(1))).toEqual([i]);
  }
  expect(idsOf(await slow.take(50))).toEqual(numbers(50));
  await Promise.all([quick.close(), slow.close()]);
});

it('does not hold up writers for a watcher that does not read', async () => {
  const stream = await watch(items, [], { batchSize: 30 });
  await Promise.all(numbers(300).map((_id) => items.insertOne({ _id, text: 'x'.repeat(1_000) })));
  const seen = idsOf(await stream.take(300)) as number[];
  expect(seen.sort((a, b) => a - b)).toEqual(numbers(300));
  await stream.close();
});

it('puts no more into a batch than fits a message, and nothing twice', async () => {
  const stream = await watch(items);
  const text = 'x'.repeat(6_000_000);
  for (const i of numbers(4)) await items.insertOne({ _id: i, text });
  expect(idsOf(await stream.take(4))).toEqual(numbers(4));
  expect(commands.filter((name) => name === 'getMore').length).toBeGreaterThan(1);
  await stream.close();
});

it('keeps the batch size and the order', async () => {
  const stream = await open();
  await items.insertMany(numbers(5).map((_id) => ({ _id })));
  const sizes: number[] = [];
  const seen: unknown[] = [];
  for (const batchSize of [2, 1, 10]) {
    const { nextBatch } = await stream.more(1_000, { batchSize });
    sizes.push((nextBatch as Document[]).length);
    seen.push(...idsOf(nextBatch as Document[]));
  }
  expect(sizes).toEqual([2, 1, 2]);
  expect(seen).toEqual(numbers(5));
});

it('returns at once when its cursor is killed', async () => {
  const stream = await open();
  const answered = codeOf(stream.more(600_000));
  const killed = await database.client
    .db('d')
    .command({ killCursors: items.collectionName, cursors: [stream.id] });
  expect(killed.cursorsKilled).toHaveLength(1);
  expect(await answered).toBe(237);
  expect(await codeOf(stream.more(1))).toBe(43);
});

it('refuses maxTimeMS for a cursor that does not await data, and the cursor stays open', async () => {
  await items.insertMany(numbers(3).map((_id) => ({ _id })));
  const db = database.client.db('d');
  const { cursor } = await db.command({ find: items.collectionName, batchSize: 1 }, { promoteLongs: false });
  const more = { getMore: cursor.id, collection: items.collectionName };
  expect(await codeOf(db.command({ ...more, maxTimeMS: 10 }))).toBe(2);
  expect((await db.command(more)).cursor.nextBatch).toHaveLength(2);
});

it('returns at once when the server stops, with an error that drivers resume from', async () => {
  const dataDir = temporaryDirectory();
  const server = await startEmbedded({ dataDir });
  const client = await MongoClient.connect(server.url);
  const db = client.db('d');
  const aggregate = { aggregate: 'items', pipeline: [{ $changeStream: {} }], cursor: {} };
  const { cursor } = await db.command(aggregate, { promoteLongs: false });
  const more = { getMore: cursor.id, collection: 'items', maxTimeMS: 600_000 };
  const answered = db.command(more).catch((error: unknown) => error);
  await db.command({ ping: 1 });
  await server.stop();
  const { code, errorLabels } = (await answered) as MongoServerError;
  expect(code).toBe(11_600);
  expect(errorLabels).toContain('ResumableChangeStreamError');
  await client.close();
  rmSync(dataDir, { recursive: true, force: true });
});
