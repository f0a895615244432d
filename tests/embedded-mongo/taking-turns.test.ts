// Long operations let others run, keep their time limit in every stage, and end when nobody waits for them.
import { type Collection, type Document, MongoClient } from 'mongodb';
import { codeOf, startTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
let items: Collection<{ _id: number; n: number; group: number; tags: number[] }>;

const documents = 30_000;

beforeAll(async () => {
  database = await startTestDatabase();
  items = database.client.db('d').collection('items');
  for (let from = 0; from < documents; from += 10_000) {
    await items.insertMany(
      Array.from({ length: 10_000 }, (_, i) => {
        const n = from + i;
        return { _id: n, n: documents - n, group: n % 997, tags: [n % 7, n % 5] };
      }),
    );
  }
});
afterAll(() => database.stop());

/** Some milliseconds of arithmetic for every few documents, which none of them passes. */
const arithmetic = {
  $match: {
    $expr: {
      $lt: [{ $sum: { $map: { input: { $range: [0, 100] }, in: { $multiply: ['$$this', '$n'] } } } }, -1],
    },
  },
};

/** How often another client was answered while an operation ran, and the longest that it waited. */
async function answeredMeanwhile(operation: Promise<unknown>): Promise<{ answers: number; worstMs: number }> {
  let isDone = false;
  const done = operation.finally(() => {
    isDone = true;
  });
  let [answers, worstMs] = [0, 0];
  while (!isDone) {
    const started = performance.now();
    await database.client.db('d').command({ ping: 1 });
    worstMs = Math.max(worstMs, performance.now() - started);
    answers += 1;
  }
  await done;
  return { answers, worstMs };
}

describe('a pipeline lets others run', () => {
  it.each<[string, Document[]]>([
    ['while it computes', [arithmetic]],
    [
      'while it groups and sorts',
      [
        { $unwind: '$tags' },
        { $group: { _id: '$n', all: { $push: '$tags' } } },
        { $sort: { _id: 1 } },
        { $limit: 1 },
      ],
    ],
    [
      'in a sort of what it computed',
      [{ $addFields: { m: { $multiply: ['$n', -1] } } }, { $sort: { m: 1 } }, { $limit: 1 }],
    ],
    ['in its facets', [{ $facet: { a: [arithmetic], b: [{ $sortByCount: '$group' }, { $limit: 1 }] } }]],
    [
      'while it looks up',
      [
        { $limit: 5000 },
        { $lookup: { from: 'items', localField: 'n', foreignField: '_id', as: 'found' } },
        { $count: 'n' },
      ],
    ],
  ])('%s', async (_, pipeline) => {
    const { answers, worstMs } = await answeredMeanwhile(items.aggregate(pipeline).toArray());
    expect(answers).toBeGreaterThan(10);
    expect(worstMs).toBeLessThan(500);
  });

  it('and so does distinct', async () => {
    const { answers } = await answeredMeanwhile(items.distinct('group'));
    expect(answers).toBeGreaterThan(5);
  });
});

describe('maxTimeMS', () => {
  it('applies to the stages after the first', async () => {
    const pipeline = [{ $limit: documents }, arithmetic];
    expect(await codeOf(items.aggregate(pipeline, { maxTimeMS: 50 }).toArray())).toBe(50);
  });

  it('covers all batches of a cursor, but not the time between them', async () => {
    const pipeline = [{ $limit: documents }, { ...arithmetic, $match: { $nor: [arithmetic.$match] } }];
    const { cursor } = await database.client
      .db('d')
      .command({ aggregate: 'items', pipeline, cursor: { batchSize: 1 }, maxTimeMS: 60 });
    const next = () =>
      database.client.db('d').command({ getMore: cursor.id, collection: 'items', batchSize: 200 });
    let code: number | undefined;
    for (let i = 0; i < documents / 200 && code === undefined; i += 1) code = await codeOf(next());
    expect(code).toBe(50);
  });

  it('is refused for getMore', async () => {
    const { cursor } = await database.client.db('d').command({ find: 'items', batchSize: 1 });
    const more = { getMore: cursor.id, collection: 'items', maxTimeMS: 100 };
    expect(await codeOf(database.client.db('d').command(more))).toBe(2);
  });
});

describe('an operation ends', () => {
  const opened = async () =>
    (
      await database.client
        .db('d')
        .command({ aggregate: 'items', pipeline: [arithmetic, arithmetic], cursor: { batchSize: 0 } })
    ).cursor;

  it('when its cursor is killed, in the middle of a batch', async () => {
    const cursor = await opened();
    const more = codeOf(database.client.db('d').command({ getMore: cursor.id, collection: 'items' }));
    await database.client.db('d').command({ ping: 1 });
    const { cursorsKilled } = await database.client
      .db('d')
      .command({ killCursors: 'items', cursors: [cursor.id] });
    expect(cursorsKilled).toHaveLength(1);
    expect(await more).toBe(237);
  });

  it('when its client goes away', async () => {
    const cursor = await opened();
    const other = await MongoClient.connect(database.url);
    const more = codeOf(other.db('d').command({ getMore: cursor.id, collection: 'items' }));
    await other.db('d').command({ ping: 1 });
    await other.close(true);
    await more;
    // Its cursor is closed with it, long before it would have been read to its end.
    const inUse = 143;
    let code: number | undefined = inUse;
    const started = performance.now();
    while (code === inUse) {
      code = await codeOf(database.client.db('d').command({ getMore: cursor.id, collection: 'items' }));
    }
    expect(code).toBe(43);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
