// An index changes the way to an answer, never the answer: recorded operations with no index, with one on every path,
// and with compound and descending ones; then random values and filters, with and without.
import { type Document, EJSON, Int32 } from 'bson';
import fc from 'fast-check';
import { documents, paths, predicates } from './arbitraries.ts';
import { readVectors, replay, startTestServer, type TestServer } from './replay.ts';

const index = (key: Record<string, 1 | -1>): Document => ({
  key,
  name: Object.entries(key).flat().join('_'),
});

const layouts: Record<string, Document[]> = {
  'no index': [],
  'an index on every path': ['a', 'b', 'c', 'a.x', 'b.x', 'a.0', 'b.y', 'a.x.y'].map((path) =>
    index({ [path]: 1 }),
  ),
  'compound and descending indexes': [
    index({ c: 1, a: -1 }),
    index({ a: -1, _id: 1 }),
    index({ c: -1, b: 1, _id: -1 }),
  ],
};

/** What an index may refuse: a document with two arrays in one compound key. */
const parallelArrays = 171;
/** And a number that names both an element and a field of one. */
const ambiguousName = 16746;

const random = readVectors('random');
/** Every third one: all of them are replayed with their own indexes elsewhere. */
const sample = random.vectors.filter((_vector, i) => i % 3 === 0);

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(async () => {
  await server.stop();
});

describe.each(Object.keys(layouts))('with %s', (layout) => {
  it('answers as recorded', async () => {
    const db = server.client.db(`planner_${Object.keys(layouts).indexOf(layout)}`);
    const different: string[] = [];
    let compared = 0;
    for (const vector of sample) {
      try {
        const { given, recorded } = await replay(db, random, vector, layouts[layout]);
        if (given.some((text) => text.includes(String(parallelArrays)))) continue;
        compared += 1;
        if (given.join() !== recorded.join()) different.push(vector.name);
      } catch (error) {
        if ((error as { code?: number }).code !== parallelArrays) throw error;
      }
    }
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(sample.length / 2);
  }, 60_000);
});

describe('with values of every type', () => {
  const filters: fc.Arbitrary<Document> = fc.oneof(
    fc.tuple(paths, predicates).map(([path, predicate]): Document => ({ [path]: predicate })),
    fc
      .tuple(paths, predicates, predicates)
      .map(([path, one, other]): Document => ({ $and: [{ [path]: one }, { [path]: { $not: other } }] })),
    fc
      .tuple(paths, predicates, paths, predicates)
      .map(
        ([path, one, otherPath, other]): Document => ({ $and: [{ [path]: one }, { [otherPath]: other }] }),
      ),
    fc
      .tuple(predicates, predicates)
      .map(([one, other]): Document => ({ a: { $elemMatch: { b: one, c: other } } })),
    fc
      .tuple(paths, predicates, paths, predicates)
      .map(([path, one, otherPath, other]): Document => ({ $or: [{ [path]: one }, { [otherPath]: other }] })),
  );
  const sorts = fc
    .tuple(paths, fc.constantFrom(1, -1))
    .map(([path, way]): Document => ({ [path]: way, _id: 1 }));
  const indexed = ['a', 'b', 'a.b', 'a.0', 'b.a.1', 'a.constructor'].map((path) => index({ [path]: 1 }));
  const compound = [index({ b: -1, _id: 1 }), index({ 'a.b': 1, 'a.c': -1 }), index({ b: 1, 'b.a': 1 })];
  const rounds = 15;

  it('answers with indexes as without', async () => {
    const db = server.client.db('planner_types');
    await db.command({ createIndexes: 'indexed', indexes: [...indexed, ...compound] });
    const answer = async (collection: string, filter: Document, sort: Document): Promise<string> => {
      const found = await db.command({
        find: collection,
        filter,
        sort,
        projection: { _id: 1 },
        batchSize: 1000,
      });
      return EJSON.stringify((found.cursor as { firstBatch: Document[] }).firstBatch);
    };
    const lists = fc.array(documents, { minLength: 20, maxLength: 30 });
    const queries = fc.array(fc.tuple(filters, sorts), { minLength: 15, maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(lists, queries, async (list, asked) => {
        const rows = list.map((document, i): Document => ({ _id: new Int32(i), ...document }));
        for (const name of ['plain', 'indexed'])
          await db.command({ delete: name, deletes: [{ q: {}, limit: 0 }] });
        const inserted = await db.command({ insert: 'indexed', documents: rows, ordered: false });
        const errors = (inserted.writeErrors ?? []) as Document[];
        expect(
          errors.filter(({ code }) => ![ambiguousName, parallelArrays].includes(code as number)),
        ).toEqual([]);
        const accepted = rows.filter((_row, i) => !errors.some((error) => error.index === i));
        await db.command({ insert: 'plain', documents: accepted });
        for (const [filter, sort] of asked) {
          expect(await answer('indexed', filter, sort)).toBe(await answer('plain', filter, sort));
        }
      }),
      { numRuns: rounds },
    );
  }, 60_000);
});
