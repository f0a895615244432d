// Whatever index serves a query, the answer must be that of a scan.
import fc from 'fast-check';
import type { Db, Document } from 'mongodb';
import { compareValues } from '../../src/embedded-mongo/bson/compare.ts';
import { decode, encode } from '../../src/embedded-mongo/bson/raw.ts';
import { compileSort, parseSort } from '../../src/embedded-mongo/bson/sort-compare.ts';
import { type Case, cases } from './planner-cases.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
let db: Db;
let round = 0;

beforeAll(async () => {
  database = await startTestDatabase();
  db = database.client.db('agreement');
});

afterAll(async () => {
  await database.stop();
});

/** An answer, or the code of the error. */
async function attempt<T>(read: () => Promise<T>): Promise<T | number> {
  return read().catch((error: { code?: unknown }) => Number(error.code ?? -1));
}

/** Indexes that documents or other indexes do not allow (parallel arrays, options) are left out. */
async function createIndexes(name: string, indexes: readonly Document[]): Promise<void> {
  for (const [i, { key, ...options }] of indexes.entries()) {
    await attempt(() => db.collection(name).createIndex(key, { ...options, name: `i${i}` }));
  }
}

const byId = (a: Document, b: Document): number => a._id - b._id;

it('answers with indexes what it answers without', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ documents: given, indexes, queries, isLate }) => {
      round += 1;
      const name = `c${round}`;
      const items = db.collection<{ _id: number }>(name);
      const late = isLate ? given.length >> 1 : 0;
      const all = given.map((document, _id) => ({ _id, ...document }));
      if (late > 0) await items.insertMany(all.slice(0, late));
      await createIndexes(name, indexes);
      // What the indexes refuse (parallel arrays, duplicates) is not there for either reading.
      await attempt(() => items.insertMany(all.slice(late), { ordered: false }));
      for (const query of queries) {
        const natural = { hint: { $natural: 1 } } as const;
        const expected = await attempt(() => items.find(query.filter, natural).toArray());
        const found = await attempt(() => items.find(query.filter).toArray());
        if (typeof expected === 'number' || typeof found === 'number') {
          expect(found).toBe(expected);
          continue;
        }
        expect(found.sort(byId)).toEqual(expected.sort(byId));
        await expectSameCount(name, query.filter, expected.length);
        await expectSameOrder(name, query, expected);
      }
      await items.drop();
    }),
    { numRuns: 30 },
  );
}, 120_000);

async function expectSameCount(name: string, filter: Document, length: number): Promise<void> {
  const { n } = await db.command({ count: name, query: filter });
  const few = await db.collection(name).countDocuments(filter, { skip: 1, limit: 3 });
  expect([n, await db.collection(name).countDocuments(filter), few]).toEqual([
    length,
    length,
    Math.max(0, Math.min(length - 1, 3)),
  ]);
}

async function expectSameOrder(
  name: string,
  query: Case['queries'][number],
  expected: readonly Document[],
): Promise<void> {
  const limit = 5;
  const options = { sort: query.sort, promoteValues: false, bsonRegExp: true } as const;
  const found = await attempt(() => db.collection(name).find(query.filter, options).toArray());
  const first = await attempt(() =>
    db
      .collection(name)
      .find(query.filter, { ...options, limit })
      .toArray(),
  );
  // Parallel arrays cannot be sorted by: whether such a document is met depends on the plan.
  if (typeof found === 'number' || typeof first === 'number') return;
  expect(found).toHaveLength(expected.length);
  const parts = parseSort(decode(encode(query.sort)));
  const sorter = compileSort(parts);
  const keys = found.map((document) => sorter.keyOf(decode(encode(document))));
  for (const [i, key] of keys.entries()) {
    const before = keys[i - 1];
    if (before) expect(sorter.compareKeys(before, key)).toBeLessThanOrEqual(0);
  }
  const firstKeys = first.map((document) => sorter.keyOf(decode(encode(document))));
  expect(firstKeys).toHaveLength(Math.min(limit, found.length));
  for (const [i, key] of firstKeys.entries())
    expect(key.map((part, j) => compareValues(part, keys[i]?.[j]))).toEqual(key.map(() => 0));
}
