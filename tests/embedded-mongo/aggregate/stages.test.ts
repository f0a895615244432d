// Stages of pipelines where MongoDB's answers surprise; through the driver.
import type { Document } from 'mongodb';
import { holding } from '../items.ts';
import { codeOf, startTestDatabase, type TestDatabase } from '../test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());

const given = async (documents: readonly Document[], stages: Document[]): Promise<Document[]> =>
  (await holding(database, documents)).aggregate(stages).toArray();

describe('a computed value at a path', () => {
  const a = [7, { b: 1, c: 2 }, [8, { c: 3 }], null];
  it.each<[string, Document, Document]>([
    [
      'makes documents of elements that are none',
      { $project: { 'a.b': '$x' } },
      { a: [{ b: 5 }, { b: 5 }, [{ b: 5 }, { b: 5 }], { b: 5 }] },
    ],
    [
      'beside a field that is included',
      { $project: { 'a.b': '$x', 'a.c': 1 } },
      { a: [{ b: 5 }, { c: 2, b: 5 }, [{ b: 5 }, { c: 3, b: 5 }], { b: 5 }] },
    ],
    ['that is missing makes them empty', { $project: { 'a.b': '$none' } }, { a: [{}, {}, [{}, {}], {}] }],
    [
      'in $addFields keeps the other fields',
      { $addFields: { 'a.b': '$x' } },
      { a: [{ b: 5 }, { b: 5, c: 2 }, [{ b: 5 }, { c: 3, b: 5 }], { b: 5 }], x: 5 },
    ],
    [
      'of two components',
      { $project: { 'a.b.d': '$x' } },
      { a: [{ b: { d: 5 } }, { b: { d: 5 } }, [{ b: { d: 5 } }, { b: { d: 5 } }], { b: { d: 5 } }] },
    ],
    ['and nothing computed drops them', { $project: { 'a.b': 1 } }, { a: [{ b: 1 }, [{}]] }],
  ])('%s', async (_, stage, expected) => {
    const [document] = await given([{ _id: 1, a, x: 5 }], [stage]);
    expect(document).toEqual({ _id: 1, ...expected });
  });

  it.each<[string, Document, string[]]>([
    [
      '$addFields keeps the place of a field',
      { $addFields: { b: '$x', z: 1 } },
      ['_id', 'a', 'b', 'c', 'x', 'z'],
    ],
    ['$addFields of what is missing removes it', { $addFields: { b: '$none' } }, ['_id', 'a', 'c', 'x']],
    ['$project appends what it computes', { $project: { b: '$x', c: 1 } }, ['_id', 'c', 'b']],
    [
      '$project keeps the place of a field that it computes inside of',
      { $project: { 'b.d': '$x', c: 1 } },
      ['_id', 'b', 'c'],
    ],
  ])('%s', async (_, stage, expected) => {
    const [document = {}] = await given([{ _id: 1, a: 1, b: 2, c: 3, x: 5 }], [stage]);
    expect(Object.keys(document)).toEqual(expected);
  });
});

describe('$group', () => {
  const documents = [
    { _id: 1, a: 1 },
    { _id: 2, a: null },
    { _id: 3, b: 5 },
  ];
  it.each<[string, Document, Document[]]>([
    ['by a document of one field takes a missing one for null', { k: '$a' }, [{ k: 1 }, { k: null }]],
    ['by a document of one field, of a path', { k: '$a.b' }, [{ k: null }]],
    [
      'by a document of two leaves a missing one out',
      { k: '$a', l: '$b' },
      [{ k: 1 }, { k: null }, { l: 5 }],
    ],
    [
      'by a document in a document leaves it out',
      { k: { l: '$a' } },
      [{ k: { l: 1 } }, { k: { l: null } }, { k: {} }],
    ],
    ['by a document that is a constant', {}, [{}]],
  ])('%s', async (_, _id, expected) => {
    const groups = await given(documents, [{ $group: { _id } }]);
    expect(groups.map((group) => group._id)).toEqual(expected);
  });

  it('by a document does not include fields', async () => {
    expect(await codeOf(given(documents, [{ $group: { _id: { a: 1 } } }]))).toBe(17390);
    expect(await codeOf(given(documents, [{ $group: { _id: { a: true } } }]))).toBe(17390);
  });
});

describe('an expression that fails', () => {
  const documents = [
    { _id: 1, a: 'x', b: 1 },
    { _id: 2, a: 2, b: 2 },
  ];
  const $add = { n: { $add: ['$a', 1] } };
  it.each<[string, Document[]]>([
    ['$match on what $addFields leaves', [{ $addFields: $add }, { $match: { b: 2 } }]],
    ['$match on what $project includes', [{ $project: { ...$add, b: 1 } }, { $match: { b: { $gt: 1 } } }]],
    ['a part of a $match', [{ $set: $add }, { $match: { $and: [{ n: 3 }, { b: 2 }] } }]],
    [
      '$match over several stages',
      [{ $set: $add }, { $sort: { n: 1 } }, { $unset: 'c' }, { $match: { b: 2 } }],
    ],
    ['$match on an expression', [{ $set: $add }, { $match: { $expr: { $eq: ['$b', '$$ROOT.b'] }, b: 2 } }]],
    ['$match behind $unwind', [{ $set: $add }, { $unwind: '$a' }, { $match: { b: 2 } }]],
    ['$skip', [{ $project: $add }, { $skip: 1 }]],
  ])('does not fail for documents that are left out later: %s', async (_, stages) => {
    expect(await given(documents, stages)).toMatchObject([{ _id: 2, n: 3 }]);
  });

  it.each<[string, Document[]]>([
    ['$match on what it computes', [{ $addFields: $add }, { $match: { n: 3 } }]],
    ['$match on what $project drops', [{ $project: $add }, { $match: { b: 2 } }]],
    ['$match on any field', [{ $set: $add }, { $match: { $expr: { $eq: ['$$ROOT', 2] } } }]],
    [
      '$match behind $group',
      [{ $group: { _id: '$b', n: { $sum: { $add: ['$a', 1] } } } }, { $match: { _id: 2 } }],
    ],
    ['$skip behind $sort', [{ $set: $add }, { $sort: { n: 1 } }, { $skip: 1 }]],
  ])('fails before %s', async (_, stages) => {
    expect(await codeOf(given(documents, stages))).toBe(14);
  });

  it('is tested only on the value that the stage leaves', async () => {
    const documents = [{ _id: 1, a: [{ x: 1 }, { x: 2 }], b: 1 }];
    const stages = [{ $unwind: '$a' }, { $set: { b: { $add: ['$b', 1] } } }, { $match: { 'a.x': 2, b: 2 } }];
    expect(await given(documents, stages)).toEqual([{ _id: 1, a: { x: 2 }, b: 2 }]);
    const renamed = [{ $unset: 'a' }, { $set: { a: '$b' } }, { $match: { a: 1 } }];
    expect(await given(documents, renamed)).toEqual([{ _id: 1, b: 1, a: 1 }]);
    const numbered = [{ $project: { 'a.x': 1 } }, { $match: { 'a.1.x': 2 } }];
    expect(await given(documents, numbered)).toHaveLength(1);
  });
});

describe('$lookup', () => {
  it('is refused if it adds more than 100 MB to a document', async () => {
    const items = await holding(
      database,
      Array.from({ length: 101 }, (_, n) => ({ _id: n })),
    );
    const large = { $project: { text: { $literal: 'x'.repeat(2 ** 20) } } };
    const lookup = (...pipeline: Document[]) => ({
      $lookup: { from: items.collectionName, pipeline, as: 'j' },
    });
    const sizes = { $project: { n: { $size: '$j' } } };
    const joining = (...pipeline: Document[]) =>
      items.aggregate([{ $limit: 1 }, lookup(...pipeline), sizes]).toArray();
    expect(await codeOf(joining(large))).toBe(4568);
    expect(await joining({ $limit: 90 }, large)).toEqual([{ _id: 0, n: 90 }]);
  });
});

describe('the paths that $lookup and $unwind set', () => {
  it('replace a value on the path that is not a document', async () => {
    const items = await holding(database, [{ _id: 1, a: [{ b: 1 }], c: [5] }]);
    const from = items.collectionName;
    const lookup = {
      $lookup: { from, localField: 'x', foreignField: 'y', as: 'a.b', pipeline: [{ $count: 'n' }] },
    };
    const unwind = { $unwind: { path: '$c', includeArrayIndex: 'a.i' } };
    expect(await items.aggregate([lookup]).toArray()).toEqual([{ _id: 1, a: { b: [{ n: 1 }] }, c: [5] }]);
    expect(await items.aggregate([unwind]).toArray()).toEqual([{ _id: 1, a: { i: 0 }, c: 5 }]);
  });

  it.each<[number, unknown]>([
    [40147, { k: '$a' }],
    [40147, {}],
    [40148, 'a'],
    [40149, 5],
  ])('$sortByCount is refused with %i: %j', async (code, expression) => {
    expect(await codeOf(given([], [{ $sortByCount: expression }]))).toBe(code);
  });
});

describe('an invalid expression', () => {
  it.each<[string, number, Document]>([
    ['an unknown operator', 168, { $expr: { $nosuch: 1 } }],
    ['an unknown variable', 17276, { $or: [{ a: 1 }, { $expr: '$$nosuch' }] }],
  ])('is refused where there is no document: %s', async (_, code, filter) => {
    const items = await holding(database, []);
    const db = database.client.db('d');
    const name = items.collectionName;
    for (const command of [
      { find: name, filter },
      { count: name, query: filter },
      { distinct: name, key: 'a', query: filter },
      { aggregate: name, pipeline: [{ $match: filter }], cursor: {} },
      { findAndModify: name, query: filter, remove: true },
    ]) {
      expect(await codeOf(db.command(command))).toBe(code);
    }
    for (const command of [
      { update: name, updates: [{ q: filter, u: { $set: { a: 1 } } }] },
      { update: name, updates: [{ q: filter, u: { $set: { a: 1 } }, multi: true }] },
      { delete: name, deletes: [{ q: filter, limit: 0 }] },
    ]) {
      expect(await db.command(command)).toMatchObject({ n: 0, writeErrors: [{ code }] });
    }
  });
});

it.each([
  [3, 3],
  [10, 10],
  [1000, 10],
])('$sample of %j from ten documents gives %j, none twice', async (size, drawn) => {
  const documents = Array.from({ length: 10 }, (_, _id) => ({ _id }));
  const found = await given(documents, [{ $sample: { size } }]);
  expect(new Set(found.map(({ _id }) => _id)).size).toBe(drawn);
  expect(found).toHaveLength(drawn);
});
