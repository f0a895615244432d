// `let`: values that a command brings along for the expressions in its filter, projection and pipeline.
import type { Collection, Document } from 'mongodb';
import { codeOf, startTestDatabase, type TestDatabase } from './test-database.ts';

interface Item {
  _id: number;
  a: number;
  b?: unknown;
}

let database: TestDatabase;
let items: Collection<Item>;
beforeAll(async () => {
  database = await startTestDatabase();
  items = database.client.db('d').collection<Item>('items');
});
beforeEach(async () => {
  await items.deleteMany({});
  await items.insertMany([
    { _id: 1, a: 1 },
    { _id: 2, a: 2 },
    { _id: 3, a: 3 },
  ]);
});
afterAll(() => database.stop());

const isTarget = { $expr: { $eq: ['$a', '$$target'] } };
const command = (body: Document): Promise<Document> => database.client.db('d').command(body);
const stored = () => items.find({}, { sort: { _id: 1 } }).toArray();

it('reaches the filter and the projection of find', async () => {
  const found = items.find(isTarget, { let: { target: { $add: [1, 1] } }, projection: { c: '$$target' } });
  expect(await found.toArray()).toEqual([{ _id: 2, c: 2 }]);
});

it('reaches every statement of update, and its pipelines', async () => {
  const answer = await command({
    update: 'items',
    updates: [
      { q: isTarget, u: { $set: { b: 'one' } } },
      { q: isTarget, u: [{ $set: { b: ['$$target', '$$own'] } }], c: { own: 'x' } },
      { q: { a: 3 }, u: [{ $set: { b: '$$target' } }], multi: true },
    ],
    let: { target: 2 },
  });
  expect(answer).toMatchObject({ n: 3, nModified: 3 });
  expect(await stored()).toEqual([
    { _id: 1, a: 1 },
    { _id: 2, a: 2, b: [2, 'x'] },
    { _id: 3, a: 3, b: 2 },
  ]);
});

it('reaches the filters of delete', async () => {
  const deletes = [
    { q: isTarget, limit: 1 },
    { q: { $expr: { $gt: ['$a', '$$target'] } }, limit: 0 },
  ];
  expect(await command({ delete: 'items', deletes, let: { target: 2 } })).toMatchObject({ n: 2 });
  expect(await stored()).toEqual([{ _id: 1, a: 1 }]);
});

it('reaches the filter, the update and the fields of findAndModify', async () => {
  const value = await items.findOneAndUpdate(isTarget, [{ $set: { b: '$$target' } }], {
    let: { target: 3 },
    projection: { c: { $add: ['$b', '$$target'] } },
    returnDocument: 'after',
  });
  expect(value).toEqual({ _id: 3, c: 6 });
});

it('gives all expressions of a command the same time', async () => {
  const find = items.find({ $expr: { $lt: ['$a', '$$NOW'] } }, { projection: { now: '$$NOW' } });
  const times = (await find.toArray()).map(({ now }: Document) => (now as Date).getTime());
  expect(new Set(times).size).toBe(1);
});

it.each<[string, Document, number]>([
  ['a variable that nobody defined', { find: 'items', filter: isTarget }, 17276],
  [
    'constants for an update that is no pipeline',
    { update: 'items', updates: [{ q: {}, u: { $set: { b: 1 } }, c: { x: 1 } }] },
    51198,
  ],
])('refuses %s', async (_what, body, code) => {
  const answer = await command(body).catch((error: unknown) => error as Document);
  expect(answer.writeErrors?.[0]?.code ?? answer.code).toBe(code);
});

it('refuses a let that is not a document', async () => {
  expect(await codeOf(command({ find: 'items', let: 5 }))).toBe(14);
});
