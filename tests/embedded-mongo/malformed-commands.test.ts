// Commands that no driver sends are refused with MongoDB's codes, and leave nothing behind.
import { type Document, Long, UUID } from 'bson';
import { sendRaw } from './raw-messages.ts';
import { codeOf, startTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase({ port: 0 });
  await database.client.db('d').collection('items').insertOne({ a: 1 });
});
afterAll(() => database.stop());

const send = (command: Document): Promise<Document> =>
  sendRaw(Number(new URL(database.url).port), { ...command, $db: 'd' });

const insert = { insert: 'items', documents: [{}] };
const lsid = { id: new UUID() };
const index = (options: Document): Document => ({
  createIndexes: 'items',
  indexes: [{ key: { b: 1 }, name: 'b_1', ...options }],
});

it.each<[string, Document, number]>([
  ['the number of a retryable write that is a text', { ...insert, lsid, txnNumber: 'x' }, 14],
  ['the number of a retryable write of 32 bits', { ...insert, lsid, txnNumber: 1 }, 14],
  ['the number of a retryable write below zero', { ...insert, lsid, txnNumber: Long.NEG_ONE }, 72],
  ['the number of a retryable write of no session', { ...insert, txnNumber: Long.ONE }, 72],
  ['a session that is a number', { ping: 1, lsid: 3 }, 14],
  ['a session without an id', { ping: 1, lsid: {} }, 40414],
  ['a session with a text as its id', { ping: 1, lsid: { id: 'x' } }, 14],
  ['a session to end that is null', { endSessions: [null] }, 14],
  ['a document to insert that is a number', { insert: 'items', documents: [{}, 1] }, 14],
  ['a cursor to read of 32 bits', { getMore: 1, collection: 'items' }, 14],
  ['a cursor to read of no collection', { getMore: Long.ONE }, 40414],
  ['a cursor to kill that is no number', { killCursors: 'items', cursors: [Long.ONE, Number.NaN] }, 14],
  ['an index that is unique in words', index({ unique: 'yes' }), 14],
  ['an index that is sparse in words', index({ sparse: 'no' }), 14],
  ['a time limit below zero for a look-up by _id', { find: 'items', filter: { _id: 1 }, maxTimeMS: -1 }, 2],
])('%s is refused', async (_what, command, code) => {
  expect((await send(command)).code).toBe(code);
});

it('null counts as nothing', async () => {
  expect(await send({ ...insert, lsid: null, txnNumber: null })).toEqual({ n: 1, ok: 1 });
  const twice = [{ _id: 1 }, { _id: 1 }, { _id: 2 }];
  expect((await send({ insert: 'ordered', documents: twice, ordered: null })).n).toBe(1);
  const updates = [{ q: { _id: 1 }, u: { $set: { a: 1 } }, arrayFilters: null }];
  expect(await send({ update: 'ordered', updates })).toMatchObject({ n: 1, nModified: 1 });
});

it.each<[unknown, boolean]>([
  [1, true],
  [-1, true],
  [0, false],
])('an index with %j as unique is unique: %j', async (unique, isUnique) => {
  const name = `flags${String(unique)}`;
  await send({ ...index({ unique }), createIndexes: name });
  const [, created] = await database.client.db('d').collection(name).indexes();
  expect(created?.unique === true).toBe(isUnique);
});

it('a first document that is refused leaves no collection behind', async () => {
  let deep: Document = {};
  for (let level = 0; level < 181; level += 1) deep = { deep };
  const db = database.client.db('d');
  expect(await codeOf(db.collection('fresh').insertOne(deep))).toBe(15);
  expect(await db.listCollections({ name: 'fresh' }).toArray()).toEqual([]);
});
