// A $group behind the head of a pipeline reads only some fields of each document. It must make of them what it makes of all.
import type { Collection, Document } from 'mongodb';
import { startTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
let items: Collection<Document>;
beforeAll(async () => {
  database = await startTestDatabase();
  items = database.client.db('groups').collection('items');
  await items.insertMany([
    { a: 'x', n: 1, c: { d: [{ e: 1 }, { e: 2 }] }, score: 3 },
    { a: 'x', n: 2, c: { d: [{ e: 3 }, 4] }, score: 1, 'with.dot': 5 },
    { a: ['x'], n: 3, c: [{ d: { e: 5 } }], score: 2 },
    { n: 4, c: 'no document', score: 0 },
  ]);
});
afterAll(() => database.stop());

it.each<[string, Document]>([
  ['a field', { _id: '$a' }],
  ['a field, with others counted', { _id: '$a', all: { $sum: 1 }, n: { $sum: '$n' } }],
  ['a path through arrays', { _id: '$c.d.e' }],
  ['a path with a number', { _id: '$c.0.d' }],
  ['several fields', { _id: { a: '$a', e: '$c.d' }, n: { $max: '$n' } }],
  ['an expression', { _id: { $concatArrays: [{ $ifNull: ['$c.d.e', []] }, ['$n']] } }],
  ['nothing, with whole documents kept', { _id: null, all: { $push: '$$ROOT' } }],
  ['nothing, with a part kept', { _id: null, first: { $first: '$$CURRENT.c.d' } }],
  ['nothing, with documents made', { _id: null, all: { $push: { a: '$a', b: { c: '$n' } } } }],
  ['a field by its name', { _id: { $getField: 'with.dot' } }],
  ['a variable of its own', { _id: { $let: { vars: { v: '$n' }, in: { $add: ['$$v', '$score'] } } } }],
])('Groups by %s', async (_what, $group) => {
  const ofSome = await items.aggregate([{ $match: { n: { $gt: 0 } } }, { $group }]).toArray();
  const ofAll = await items
    .aggregate([{ $match: { n: { $gt: 0 } } }, { $addFields: { n: '$n' } }, { $group }])
    .toArray();
  expect(ofAll.length).toBeGreaterThan(0);
  expect(ofSome).toEqual(ofAll);
});
