// Backup and restore while others write, by the commands that mongodump and mongorestore send, with documents as BSON.
import { deserialize } from 'bson';
import type { Collection, Db, Document } from 'mongodb';
import { startTestDatabase, type TestDatabase } from './test-database.ts';

interface Dump {
  readonly name: string;
  readonly options: Document;
  readonly idIndex: Document;
  readonly indexes: readonly Document[];
  readonly documents: readonly Buffer[];
}

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());

/** As mongodump does: a list of collections, then for each its indexes and its documents by `_id`. */
async function dump(db: Db): Promise<Dump[]> {
  const collections = await db.listCollections({}, { nameOnly: false }).toArray();
  const dumps = collections.map(async ({ name, options = {}, idIndex = {} }) => {
    const collection = db.collection(name);
    expect(await collection.estimatedDocumentCount()).toBeGreaterThanOrEqual(0);
    const find = collection.find({}, { raw: true, hint: { _id: 1 }, noCursorTimeout: true, batchSize: 100 });
    const documents = (await find.toArray()) as unknown as Buffer[];
    return { name, options, idIndex, indexes: await collection.indexes(), documents };
  });
  return (await Promise.all(dumps)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** As mongorestore does with `--drop`: drops old collections, then creates, fills and indexes new ones. */
async function restore(db: Db, dumps: readonly Dump[]): Promise<void> {
  for (const { name, options, idIndex, indexes, documents } of dumps) {
    const collection: Collection<Document> = db.collection(name);
    await collection.drop();
    await db.command({ create: name, ...options, idIndex });
    if (documents.length > 0) {
      const typed = documents.map((document) => deserialize(document, { promoteValues: false }));
      await collection.insertMany(typed, { ordered: false, bypassDocumentValidation: true });
    }
    const others = indexes.filter(({ name: index }) => index !== '_id_');
    const specs = others.map(({ v: _v, ...index }) => ({ ...index, ns: collection.namespace }));
    if (specs.length === 0) continue;
    await db.command({ createIndexes: name, indexes: specs, ignoreUnknownIndexOptions: true });
  }
}

async function fill(db: Db): Promise<void> {
  const items = db.collection<Document & { _id: number }>('items');
  await items.createIndex({ a: 1, b: -1 }, { unique: true, background: true });
  await items.createIndex({ at: 1 }, { expireAfterSeconds: 1e9 });
  await items.createIndex({ tags: 1 }, { partialFilterExpression: { a: { $gt: 5 } } });
  const documents = Array.from({ length: 500 }, (_, _id) => ({
    _id,
    a: _id,
    at: new Date(_id),
    tags: ['x', _id],
  }));
  await items.insertMany(documents);
  await db.createCollection('empty');
}

it('restores every byte and every index', async () => {
  const from = database.client.db('from');
  await fill(from);
  const dumped = await dump(from);
  expect(dumped.map(({ name, documents }) => [name, documents.length])).toEqual([
    ['empty', 0],
    ['items', 500],
  ]);
  const to = database.client.db('to');
  await to.collection('items').insertOne({ old: true });
  await restore(to, dumped);
  expect(await dump(to)).toEqual(dumped);
});

it('continues while others write, and includes every document that did not change meanwhile', async () => {
  const db = database.client.db('busy');
  await fill(db);
  const items = db.collection<{ _id: number }>('items');
  const [dumped] = await Promise.all([
    dump(db),
    items.updateMany({ _id: { $gte: 400 } }, { $set: { more: 'x'.repeat(1000) } }),
    items.deleteMany({ _id: { $gte: 300, $lt: 400 } }),
  ]);
  const documents = dumped.find(({ name }) => name === 'items')?.documents ?? [];
  expect(documents.length).toBeGreaterThanOrEqual(400);
  await restore(db, dumped);
  expect(await items.countDocuments({ _id: { $lt: 300 } })).toBe(300);
  expect(await items.countDocuments({})).toBe(documents.length);
});
