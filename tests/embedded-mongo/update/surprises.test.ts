// What surprises users of MongoDB when they update, as its documentation tells it; through the driver.
import { type Document, Long, type UpdateOptions } from 'mongodb';
import { each, holding } from '../items.ts';
import { codeOf, startTestDatabase, type TestDatabase } from '../test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());

describe('updates', () => {
  it.each<[string, object, Document, object, UpdateOptions?]>([
    [
      '$pull asks fields of documents',
      {
        a: [
          { s: 1, t: 2 },
          { s: 5, t: 2 },
        ],
      },
      { $pull: { a: { s: { $gte: 5 }, t: 2 } } },
      { a: [{ s: 1, t: 2 }] },
    ],
    [
      '$pull of a document takes those with more fields too',
      { a: [{ x: 1, y: 2 }] },
      { $pull: { a: { x: 1 } } },
      { a: [] },
    ],
    [
      '$pull of an array takes equal ones',
      {
        a: [
          [1, 2],
          [2, 1],
        ],
      },
      { $pull: { a: [1, 2] } },
      { a: [[2, 1]] },
    ],
    [
      '$push sorts, then cuts',
      { a: [5, 1] },
      { $push: { a: { $each: [4, 2], $sort: 1, $slice: 3 } } },
      { a: [1, 2, 4] },
    ],
    [
      '$push puts in between, then cuts',
      { a: [5, 1] },
      { $push: { a: { $each: [4], $position: 1, $slice: 2 } } },
      { a: [5, 4] },
    ],
    [
      '$push counts positions from the end',
      { a: [1, 2, 3] },
      { $push: { a: { $each: [9], $position: -1 } } },
      { a: [1, 2, 9, 3] },
    ],
    [
      '$addToSet takes another order of fields for another',
      { a: [{ x: 1, y: 2 }] },
      { $addToSet: { a: { y: 2, x: 1 } } },
      {
        a: [
          { x: 1, y: 2 },
          { y: 2, x: 1 },
        ],
      },
    ],
    [
      'filters reach into arrays in arrays',
      {
        g: [
          { t: 1, s: [4, 8] },
          { t: 2, s: [9] },
        ],
      },
      { $inc: { 'g.$[a].s.$[b]': 10 } },
      {
        g: [
          { t: 1, s: [4, 18] },
          { t: 2, s: [9] },
        ],
      },
      { arrayFilters: [{ 'a.t': 1 }, { b: { $gte: 8 } }] },
    ],
    ['$unset leaves null in an array', { a: [1, 2, 3] }, { $unset: { 'a.1': 1 } }, { a: [1, null, 3] }],
    ['$set behind the end fills with null', { a: [1] }, { $set: { 'a.3': 4 } }, { a: [1, null, null, 4] }],
    ['a number makes a field where nothing is', {}, { $set: { 'a.0': 4 } }, { a: { 0: 4 } }],
    ['$mul of nothing is zero', {}, { $mul: { a: 5 } }, { a: 0 }],
    ['$max compares across types', { a: 'x' }, { $max: { a: 5 } }, { a: 'x' }],
    ['$rename replaces', { a: 1, b: 2 }, { $rename: { a: 'b' } }, { b: 1 }],
  ])('%s', async (_, document, update, expected, options = {}) => {
    const items = await holding(database, [{ _id: 1, ...document }]);
    await items.updateOne({ _id: 1 }, update, options);
    expect(await items.findOne()).toEqual({ _id: 1, ...expected });
  });

  it.each<[number, Document, Document]>([
    [28, { a: [1] }, { $set: { 'a.b': 4 } }],
    [28, { a: [{ b: [1] }] }, { $pull: { 'a.b': 1 } }],
    [40, {}, { $set: { a: 1, 'a.b': 2 } }],
    [14, { a: null }, { $inc: { a: 1 } }],
    [2, { a: Long.MAX_VALUE }, { $inc: { a: Long.ONE } }],
    [2, {}, { $inc: { 'a.$[].n': 1 } }],
    [66, {}, { $set: { _id: 2 } }],
  ])('fail with %d for %j and %j', async (code, document, update) => {
    const items = await holding(database, [{ _id: 1, ...document }]);
    expect(await codeOf(items.updateOne({ _id: 1 }, update))).toBe(code);
  });

  it('that insert begin with what the filter determines, including nested fields', async () => {
    const items = await holding(database, []);
    const filter = { 'a.b': 1, c: { $eq: 2 }, d: { $gt: 5 }, $or: [{ e: 3 }], f: { $in: [4] } };
    await items.updateOne(filter, { $setOnInsert: { 'a.z': 1, _id: 9 } }, { upsert: true });
    expect(await items.findOne()).toEqual({ _id: 9, a: { b: 1, z: 1 }, c: 2, e: 3, f: 4 });
  });

  it('of one document with a sort change the first in that order', async () => {
    const items = await holding(database, each(1, 9, 5));
    const options = { sort: { a: -1 }, returnDocument: 'after' } as const;
    expect(await items.findOneAndUpdate({}, { $set: { x: 1 } }, options)).toEqual({ _id: 2, a: 9, x: 1 });
    expect(await items.findOneAndDelete({ x: { $ne: 1 } }, { sort: { a: -1 } })).toEqual({ _id: 3, a: 5 });
  });
});
