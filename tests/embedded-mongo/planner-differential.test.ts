// An index changes the way to an answer, never the answer: recorded operations with no index, with one on every path,
// and with compound, sparse-free and descending ones.
import type { Document } from 'bson';
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
const parallelArrays = '171';

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
        if (given.some((text) => text.includes(parallelArrays))) continue;
        compared += 1;
        if (given.join() !== recorded.join()) different.push(vector.name);
      } catch (error) {
        if ((error as { code?: number }).code !== 171) throw error;
      }
    }
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(sample.length / 2);
  }, 60_000);
});
