// Renaming a collection: what comes along, and what is refused.
import type { Collection, Db, Document } from 'mongodb';
import { codeOf, startTestDatabase, type TestDatabase } from './test-database.ts';

interface Item extends Document {
  _id: number;
}

let database: TestDatabase;
let db: Db;
let admin: Db;
beforeAll(async () => {
  database = await startTestDatabase();
  db = database.client.db('d');
  admin = database.client.db('admin');
});
beforeEach(async () => {
  await db.dropDatabase();
  await named('from').insertOne({ _id: 1, k: 1 });
});
afterAll(() => database.stop());

const named = (name: string): Collection<Item> => db.collection<Item>(name);

const idsIn = async (name: string): Promise<number[]> =>
  (await named(name).find().toArray()).map(({ _id }) => _id);

it('takes documents and indexes along', async () => {
  await named('from').createIndex({ k: 1 }, { unique: true });
  await named('from').rename('to');
  expect(await db.listCollections({}, { nameOnly: true }).toArray()).toMatchObject([{ name: 'to' }]);
  expect(await idsIn('to')).toEqual([1]);
  expect(await named('to').indexExists('k_1')).toBe(true);
  expect(await codeOf(named('to').insertOne({ _id: 2, k: 1 }))).toBe(11000);
});

it('replaces the target only if asked to', async () => {
  await named('to').insertOne({ _id: 2 });
  expect(await codeOf(named('from').rename('to'))).toBe(48);
  expect(await idsIn('from')).toEqual([1]);
  expect(await idsIn('to')).toEqual([2]);
  await named('from').rename('to', { dropTarget: true });
  expect(await idsIn('to')).toEqual([1]);
  expect(await idsIn('from')).toEqual([]);
});

it('ends the cursors of the collection', async () => {
  const cursor = named('from').find({}, { batchSize: 1 });
  await named('from').insertOne({ _id: 2 });
  expect(await cursor.next()).toMatchObject({ _id: 1 });
  await named('from').rename('to');
  expect(await codeOf(cursor.next())).toBe(175);
});

it.each<[number, string, Document]>([
  [26, 'a source that does not exist', { renameCollection: 'd.none', to: 'd.to' }],
  [20, 'itself as the target', { renameCollection: 'd.from', to: 'd.from' }],
  [20, 'a system collection as the source', { renameCollection: 'd.system.js', to: 'd.to' }],
  [20, 'a system collection as the target', { renameCollection: 'd.from', to: 'd.system.js' }],
  [73, 'a source without a collection', { renameCollection: 'd', to: 'd.to' }],
  [73, 'a target that starts with a dot', { renameCollection: 'd.from', to: 'd..to' }],
  [73, 'a target with a dollar sign', { renameCollection: 'd.from', to: 'd.$to' }],
  [14, 'a source that is no string', { renameCollection: 1, to: 'd.to' }],
  [14, 'a target that is no string', { renameCollection: 'd.from', to: 1 }],
  [14, 'a dropTarget that is no flag', { renameCollection: 'd.from', to: 'd.to', dropTarget: 'yes' }],
  [40414, 'no target', { renameCollection: 'd.from' }],
  [40415, 'unknown fields', { renameCollection: 'd.from', to: 'd.to', nope: 1 }],
  [238, 'another database', { renameCollection: 'd.from', to: 'e.from' }],
])('is refused with %i: %s', async (code, _, command) => {
  expect(await codeOf(admin.command(command))).toBe(code);
  expect(await idsIn('from')).toEqual([1]);
});

it('is refused outside of the database admin', async () => {
  expect(await codeOf(db.command({ renameCollection: 'd.from', to: 'd.to' }))).toBe(13);
});
