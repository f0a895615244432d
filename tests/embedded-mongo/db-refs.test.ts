// DBRefs are documents like others, whose fields begin with a dollar.
import { type Collection, DBRef, type Document, ObjectId } from 'mongodb';
import { codeOf, startTestDatabase, type TestDatabase } from './test-database.ts';

interface Item {
  _id: number;
  r?: unknown;
}

let database: TestDatabase;
let items: Collection<Item>;
beforeAll(async () => {
  database = await startTestDatabase();
  items = database.client.db('d').collection('items');
});
afterAll(() => database.stop());

const [first, second] = [new ObjectId(), new ObjectId()];
beforeEach(async () => {
  await items.deleteMany({});
  await items.insertMany([
    { _id: 1, r: new DBRef('other', first) },
    { _id: 2, r: { $ref: 'other', $id: second, $db: 'd', more: 1 } },
    { _id: 3, r: [new DBRef('other', second), new DBRef('third', first)] },
  ]);
});

const ids = async (filter: Document, options: Document = {}): Promise<number[]> =>
  (await items.find(filter, { sort: { _id: 1 }, ...options }).toArray()).map(({ _id }) => _id);

it.each<[string, boolean]>([
  ['without an index', false],
  ['with one', true],
])('are found by their fields and as a whole, %s', async (_what, isIndexed) => {
  if (isIndexed) await items.createIndex({ 'r.$id': 1 });
  expect(await ids({ 'r.$id': first })).toEqual([1, 3]);
  expect(await ids({ 'r.$id': { $in: [second] }, 'r.$ref': 'other' })).toEqual([2, 3]);
  expect(await ids({ 'r.$db': 'd' })).toEqual([2]);
  expect(await ids({ r: new DBRef('other', first) })).toEqual([1]);
  expect(await ids({ r: { $elemMatch: { $ref: 'third', $id: first } } })).toEqual([3]);
  await items.dropIndexes();
});

it('are sorted, projected and computed with by their fields', async () => {
  expect(await ids({ _id: { $lt: 3 } }, { sort: { 'r.$id': -1 } })).toEqual([2, 1]);
  expect(await items.findOne({ _id: 2 }, { projection: { 'r.$id': 1 } })).toEqual({
    _id: 2,
    r: { $id: second },
  });
  const grouped = items.aggregate([{ $match: { _id: 1 } }, { $project: { target: '$r.$id' } }]);
  expect(await grouped.toArray()).toEqual([{ _id: 1, target: first }]);
});

it('are updated by their fields', async () => {
  await items.updateOne({ _id: 1 }, { $set: { 'r.$id': second } });
  expect(await ids({ r: new DBRef('other', second) })).toEqual([1, 3]);
  await items.updateOne({ _id: 3 }, { $set: { 'r.1.$ref': 'fourth' } });
  expect(await ids({ 'r.$ref': 'fourth' })).toEqual([3]);
});

it.each<[string, Document]>([
  ['an id without a name before it', { $set: { 's.$id': 1 } }],
  ['a name without an id', { $set: { 's.$ref': 'other' } }],
  ['a name that is no text', { $set: { 'r.$ref': 5 } }],
  ['a database that is no text', { $set: { 'r.$db': 5 } }],
])('are not left with %s by an update', async (_what, update) => {
  expect(await codeOf(items.updateOne({ _id: 2 }, update))).toBe(55);
  expect(await codeOf(items.updateOne({ _id: 2 }, { $set: { $id: 1 } }))).toBe(52);
});
