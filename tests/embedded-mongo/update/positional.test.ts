// Which element the positional operator `$` means, in updates and in projections; through the driver.
import type { Document } from 'mongodb';
import { holding } from '../items.ts';
import { codeOf, startTestDatabase, type TestDatabase } from '../test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());

describe('the position is that of the array which the filter enters implicitly', () => {
  it.each<[string, Document, Document, Document, Document]>([
    ['of elements', { a: [1, 2] }, { a: 2 }, { 'a.$': 9 }, { a: [1, 9] }],
    [
      'of documents in it',
      { a: [{ b: 1 }, { b: 2 }] },
      { 'a.b': 2 },
      { 'a.$.b': 9 },
      { a: [{ b: 1 }, { b: 9 }] },
    ],
    [
      'the outer one of two',
      { a: [{ b: [1] }, { b: [2, 3] }] },
      { 'a.b': 3 },
      { 'a.$': 9 },
      { a: [{ b: [1] }, 9] },
    ],
    [
      'behind a numbered element',
      { a: [{ b: [0, 1] }] },
      { 'a.0.b': 1 },
      { 'a.0.b.$': 2 },
      { a: [{ b: [0, 2] }] },
    ],
    [
      'in a numbered array',
      { a: [[5, 6]] },
      { 'a.0': { $elemMatch: { $gt: 5 } } },
      { 'a.0.$': 9 },
      { a: [[5, 9]] },
    ],
    [
      'of the last condition',
      { a: [1, 2], b: [3, 4] },
      { a: 1, b: 4 },
      { 'a.$': 9 },
      { a: [1, 9], b: [3, 4] },
    ],
    ['of an $or of one', { a: [1, 2] }, { $or: [{ a: 2 }] }, { 'a.$': 9 }, { a: [1, 9] }],
    [
      'of $in and $all',
      { a: [1, 2, 3] },
      { a: { $in: [3] }, $and: [{ a: { $all: [1, 2] } }] },
      { 'a.$': 9 },
      { a: [1, 9, 3] },
    ],
    [
      'of an element without the field',
      { a: [{ b: 1 }, { c: 1 }] },
      { 'a.b': null },
      { 'a.$.b': 9 },
      { a: [{ b: 1 }, { c: 1, b: 9 }] },
    ],
  ])('%s', async (_, document, filter, $set, expected) => {
    const items = await holding(database, [{ _id: 1, ...document }]);
    await items.updateOne(filter, { $set });
    expect(await items.findOne()).toEqual({ _id: 1, ...expected });
  });
});

describe('there is no position', () => {
  it.each<[string, Document, Document]>([
    ['where the path numbers the element', { a: [0] }, { 'a.0': 0 }],
    ['where it numbers a document', { a: [{ b: 1 }] }, { 'a.0.b': 1 }],
    ['where no array is on the path', { a: [0], b: 1 }, { b: 1 }],
    ['where the array is meant as a whole', { a: [1, 2] }, { a: [1, 2] }],
    ['where it is counted', { a: [1, 2] }, { a: { $size: 2 } }],
    ['in an $or of several', { a: [1, 2] }, { $or: [{ a: 2 }, { a: { $gt: 5 } }] }],
    ['in what is negated', { a: [1, 2] }, { a: { $not: { $gt: 5 } } }],
    ['in an expression', { a: [1, 2] }, { $expr: { $in: [2, '$a'] } }],
  ])('%s', async (_, document, filter) => {
    const items = await holding(database, [{ _id: 1, ...document }]);
    expect(await codeOf(items.updateOne(filter, { $set: { 'a.$': 9 } }))).toBe(2);
    expect(await items.findOne()).toEqual({ _id: 1, ...document });
    const projected = items.findOne(filter, { projection: { 'a.$': 1 } });
    expect(await codeOf(projected)).toBe('$expr' in filter ? 224 : 51246);
  });
});

describe('a positional projection', () => {
  it.each<[string, Document, Document, Document, Document]>([
    ['leaves one element', { a: [1, 2, 3] }, { a: { $gt: 1 } }, { 'a.$': 1 }, { a: [2] }],
    [
      'of the first array on its path',
      { a: [{ b: [1, 2] }, { b: [3] }] },
      { 'a.b': 3 },
      { 'a.b.$': 1 },
      { a: [{ b: [3] }] },
    ],
    ['below documents', { a: { b: [1, 2], c: 1 } }, { 'a.b': 2 }, { 'a.b.$': 1 }, { a: { b: [2] } }],
    ['and leaves a scalar alone', { a: 5, b: [1] }, { b: 1 }, { 'a.$': 1 }, { a: 5 }],
  ])('%s', async (_, document, filter, projection, expected) => {
    const items = await holding(database, [{ _id: 1, ...document }]);
    expect(await items.findOne(filter, { projection })).toEqual({ _id: 1, ...expected });
  });

  it('is refused for a new document, and together with an exclusion', async () => {
    const items = await holding(database, [{ _id: 1, a: [1, 2] }]);
    const change = (returnDocument: 'before' | 'after') =>
      items.findOneAndUpdate({ a: 2 }, { $set: { 'a.$': 3 } }, { projection: { 'a.$': 1 }, returnDocument });
    expect(await codeOf(change('after'))).toBe(2);
    expect(await change('before')).toEqual({ _id: 1, a: [2] });
    expect(await codeOf(items.findOne({ a: 1 }, { projection: { b: 0, 'a.$': 1 } }))).toBe(31395);
  });
});

describe('$slice and $elemMatch', () => {
  it.each<[string, Document, Document]>([
    [
      '$slice enters documents in arrays, not arrays in arrays',
      { 'a.b': { $slice: 1 } },
      { a: [{ b: [1] }, [{ b: [1, 2] }]], c: 5 },
    ],
    ['$elemMatch stands beside an exclusion', { c: 0, a: { $elemMatch: { b: 1 } } }, { a: [{ b: [1, 2] }] }],
    [
      '$slice and $elemMatch together keep the others',
      { a: { $elemMatch: { b: 9 } }, c: { $slice: 1 } },
      { c: 5 },
    ],
  ])('%s', async (_, projection, expected) => {
    const items = await holding(database, [{ _id: 1, a: [{ b: [1, 2] }, [{ b: [1, 2] }]], c: 5 }]);
    expect(await items.findOne({}, { projection })).toEqual({ _id: 1, ...expected });
  });

  it('do not accept $expr', async () => {
    const items = await holding(database, [{ _id: 1, a: [{ b: 1 }] }]);
    const $elemMatch = { $expr: { $eq: [1, 1] } };
    expect(await codeOf(items.findOne({ a: { $elemMatch } }))).toBe(2);
    expect(await codeOf(items.findOne({ a: { $elemMatch: { $or: [$elemMatch] } } }))).toBe(2);
    expect(await codeOf(items.updateOne({}, { $pull: { a: $elemMatch } as Document }))).toBe(224);
  });
});
