// What an upsert inserts and when it is refused, and `$rename`; through the driver.
import type { Document } from 'mongodb';
import { holding, type Item } from '../items.ts';
import { codeOf, startTestDatabase, type TestDatabase } from '../test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());

describe('an upsert with _id: null', () => {
  const $set = { x: 1 };
  it.each<[string, Document, Document | Document[]]>([
    ['as equality', { _id: null }, { $set }],
    ['as $eq', { _id: { $eq: null } }, { $set }],
    ['as $in of one', { _id: { $in: [null] } }, { $set }],
    ['as $all of one', { _id: { $all: [null] } }, { $set }],
    ['inside $and', { $and: [{ _id: null }] }, { $set }],
    ['inside an $or of one', { $or: [{ _id: null }] }, { $set }],
    ['in $set', { x: 9 }, { $set: { _id: null, x: 1 } }],
    ['in $setOnInsert', { x: 9 }, { $set, $setOnInsert: { _id: null } }],
    ['in a pipeline', { y: 9 }, [{ $set: { _id: null, x: 1 } }, { $unset: 'y' }]],
    ['before a pipeline', { _id: null }, [{ $set }]],
    ['as a replacement', { _id: null }, { x: 1 }],
    ['inside a replacement', { x: 9 }, { _id: null, x: 1 }],
  ])('%s keeps it', async (_, q, u) => {
    const items = await holding(database, []);
    const db = database.client.db('d');
    const update = { update: items.collectionName, updates: [{ q, u, upsert: true }] };
    const { upserted } = await db.command(update);
    expect(upserted).toEqual([{ index: 0, _id: null }]);
    expect(await items.findOne()).toMatchObject({ _id: null, x: 1 });
    const changed = { findAndModify: items.collectionName, query: { _id: null }, update: u, upsert: true };
    await db.command({ ...changed, new: true });
    expect(await items.countDocuments()).toBe(1);
  });

  it('by findAndModify keeps it as well', async () => {
    const items = await holding(database, []);
    const filter = { _id: null } as unknown as Item;
    const options = { upsert: true, returnDocument: 'after' } as const;
    expect(await items.findOneAndUpdate(filter, { $inc: { n: 1 } }, options)).toEqual({ _id: null, n: 1 });
    expect(await items.findOneAndUpdate(filter, { $inc: { n: 1 } }, options)).toEqual({ _id: null, n: 2 });
  });
});

describe('an upsert is refused', () => {
  it.each<[string, number, Document, Document]>([
    ['whose filter fixes a path twice', 54, { a: 1, $and: [{ a: 2 }] }, { $set: { b: 1 } }],
    ['whose $all fixes it twice', 54, { a: { $all: [1, 2] } }, { $set: { b: 1 } }],
    ['whose filter fixes a path and a part of it', 54, { a: { b: 1 }, 'a.b': 1 }, { $set: { b: 1 } }],
    ['whose filter fixes a part of a replacement’s _id', 111, { '_id.a': 1 }, { b: 1 }],
    ['whose filter has an expression', 224, { $expr: { $eq: ['$a', 1] } }, { $set: { b: 1 } }],
    [
      'whose filter has one deeper',
      224,
      { $or: [{ a: 1 }, { $nor: [{ $expr: false }] }] },
      { $set: { b: 1 } },
    ],
    ['that has no position', 2, { a: 5 }, { $set: { 'c.$': 1 } }],
  ])('%s (%i)', async (_, code, q, u) => {
    const items = await holding(database, [{ _id: 1, a: 1 }]);
    const db = database.client.db('d');
    const { writeErrors } = await db.command({
      update: items.collectionName,
      updates: [{ q, u, upsert: true }],
    });
    expect(writeErrors).toMatchObject([{ index: 0, code }]);
    const modified = db.command({ findAndModify: items.collectionName, query: q, update: u, upsert: true });
    expect(await codeOf(modified)).toBe(code);
    expect(await items.find().toArray()).toEqual([{ _id: 1, a: 1 }]);
  });

  it('otherwise inserts what the filter determines', async () => {
    const items = await holding(database, []);
    const filter = {
      _id: 1,
      a: { $all: [5] },
      'b.c': null,
      d: { $in: [1, 2] },
      e: { $all: [/x/] },
      g: { $in: [3, 3] },
    };
    await items.updateOne(filter as Document, { $set: { f: 1 } }, { upsert: true });
    expect(await items.findOne()).toEqual({ _id: 1, a: 5, b: { c: null }, g: 3, f: 1 });
  });
});

describe('$rename', () => {
  it.each<[string, number, Document, Document]>([
    ['from a path that an array blocks', 28, { a: [{ b: 1 }] }, { 'a.b': 'c' }],
    ['from a path that a scalar blocks', 28, { a: 5 }, { 'a.b': 'c' }],
    ['from a path that a scalar blocks deeper', 28, { a: { b: null } }, { 'a.b.c': 'd' }],
    ['from an element of an array', 2, { a: [1] }, { 'a.0': 'c' }],
    ['from inside an array', 2, { a: [{ b: 1 }] }, { 'a.0.b': 'c' }],
    ['to inside an array', 2, { a: [1], b: 1 }, { b: 'a.0' }],
    ['to a path that a scalar blocks', 28, { a: 5, b: 1 }, { b: 'a.c' }],
  ])('%s is refused (%i)', async (_, code, document, $rename) => {
    const items = await holding(database, [{ _id: 1, ...document }]);
    expect(await codeOf(items.updateOne({}, { $rename }))).toBe(code);
    expect(await items.findOne()).toEqual({ _id: 1, ...document });
  });

  it.each<[string, Document, Document, Document]>([
    ['what is missing does nothing', { a: { b: 1 } }, { 'a.c': 'd', 'e.f': 'g' }, { a: { b: 1 } }],
    ['an element behind the end does nothing', { a: [1] }, { 'a.5': 'd' }, { a: [1] }],
    ['null moves', { a: null }, { a: 'b.c' }, { b: { c: null } }],
    ['an array moves as a whole', { a: [1], b: 2 }, { a: 'b' }, { b: [1] }],
  ])('%s', async (_, document, $rename, expected) => {
    const items = await holding(database, [{ _id: 1, ...document }]);
    await items.updateOne({}, { $rename });
    expect(await items.findOne()).toEqual({ _id: 1, ...expected });
  });
});
