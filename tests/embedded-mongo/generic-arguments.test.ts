// The fields that any command may carry: the API version, read and write concerns.
import { type Document, MongoClient, MongoWriteConcernError } from 'mongodb';
import { codeOf, startTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());

const run = (command: Document) => database.client.db('d').command(command);
/** The answer to a write whose write concern error the driver throws. */
async function unsatisfied(command: Document): Promise<Document> {
  const error: unknown = await run({ ...command, writeConcern: { w: 2 } }).catch((reason: unknown) => reason);
  if (error instanceof MongoWriteConcernError) return error.result;
  throw error;
}

const countOf = async (name: string): Promise<number> => (await run({ count: name })).n;

describe('a write concern', () => {
  it('of more nodes than exist is reported after the write', async () => {
    const told = { ok: 1, writeConcernError: { code: 100, codeName: 'UnsatisfiableWriteConcern' } };
    const q = { _id: 1 };
    expect(await unsatisfied({ create: 'many' })).toMatchObject(told);
    expect(await unsatisfied({ insert: 'many', documents: [q, q] })).toMatchObject({
      ...told,
      n: 1,
      writeErrors: [{ code: 11000 }],
    });
    const updates = [{ q, u: { $set: { a: 1 } } }];
    expect(await unsatisfied({ update: 'many', updates })).toMatchObject({ ...told, nModified: 1 });
    const remove = { findAndModify: 'many', query: q, remove: true };
    expect(await unsatisfied(remove)).toMatchObject({ ...told, value: { _id: 1, a: 1 } });
    expect(await countOf('many')).toBe(0);
  });

  it('of this node or of the majority is satisfied', async () => {
    for (const w of [1, 'majority']) {
      const answer = await run({
        insert: 'kept',
        documents: [{}],
        writeConcern: { w, j: true, wtimeout: 100 },
      });
      expect(answer).toMatchObject({ n: 1, ok: 1 });
      expect(answer).not.toHaveProperty('writeConcernError');
    }
  });

  it.each<[number, unknown]>([
    [79, { w: 'nope' }],
    [9, { w: 51 }],
    [9, { w: -1 }],
    [9, { w: true }],
    [9, { nope: 1 }],
    [14, 'majority'],
  ])('is refused with %i, and nothing is written: %j', async (code, writeConcern) => {
    expect(await codeOf(run({ insert: 'refused', documents: [{}], writeConcern }))).toBe(code);
    expect(await countOf('refused')).toBe(0);
  });

  it('is refused for reads', async () => {
    expect(await codeOf(run({ find: 'many', writeConcern: { w: 1 } }))).toBe(72);
  });
});

describe('a read concern', () => {
  it.each(['local', 'majority', 'linearizable', 'available'])('of level %s reads', async (level) => {
    expect(await run({ find: 'many', readConcern: { level } })).toMatchObject({ ok: 1 });
  });

  it.each<[number, unknown]>([
    [9, { level: 'nope' }],
    [14, { level: 1 }],
    [238, { level: 'snapshot' }],
    [72, { nope: 1 }],
    [9, 'local'],
  ])('is refused with %i: %j', async (code, readConcern) => {
    for (const command of [
      { find: 'many' },
      { count: 'many' },
      { aggregate: 'many', pipeline: [], cursor: {} },
    ]) {
      expect(await codeOf(run({ ...command, readConcern }))).toBe(code);
    }
  });
});

describe('the Stable API', () => {
  it('is supported in version 1', async () => {
    const serverApi = { version: '1', strict: true, deprecationErrors: true } as const;
    const client = await MongoClient.connect(database.url, { serverApi });
    const items = client.db('d').collection('stable');
    await items.insertOne({ a: 1 });
    expect(await items.countDocuments({ a: 1 })).toBe(1);
    expect(await items.find().toArray()).toHaveLength(1);
    expect(await codeOf(items.distinct('a'))).toBe(323);
    expect(await codeOf(client.db('admin').command({ buildInfo: 1 }))).toBe(323);
    await client.close();
  });

  it.each<[number, Document]>([
    [322, { apiVersion: '2' }],
    [14, { apiVersion: 1 }],
    [4886600, { apiStrict: true }],
    [4886600, { apiDeprecationErrors: true }],
    [4886600, { apiStrict: false }],
    [14, { apiDeprecationErrors: 1 }],
    [14, { apiVersion: '1', apiStrict: 1 }],
  ])('is refused with %i: %j', async (code, fields) => {
    expect(await codeOf(run({ ping: 1, ...fields }))).toBe(code);
  });

  const strict = { apiVersion: '1', apiStrict: true };
  const indexed = (options: Document) => ({
    createIndexes: 'many',
    indexes: [{ key: { a: 1 }, name: 'a', ...options }],
  });
  const aggregated = (...pipeline: Document[]) => ({ aggregate: 'many', pipeline, cursor: {} });

  it.each<[Document]>([
    [{ find: 'many', min: { a: 1 } }],
    [{ find: 'many', noCursorTimeout: false }],
    [{ explain: { find: 'many', tailable: true } }],
    [{ ...aggregated(), explain: true }],
    [{ create: 'other', capped: true, size: 1000 }],
    [indexed({ sparse: true })],
    [indexed({ background: true })],
    [indexed({ key: { a: 'text' } })],
    [aggregated({ $collStats: { storageStats: {} } })],
    [aggregated({ $lookup: { from: 'x', pipeline: [{ $indexStats: {} }], as: 'y' } })],
    [aggregated({ $facet: { one: [], two: [{ $indexStats: {} }] } })],
    [aggregated({ $unionWith: { coll: 'x', pipeline: [{ $planCacheStats: {} }] } })],
    [{ isMaster: 1 }],
  ])('if strict does not have %j', async (command) => {
    expect(await codeOf(run({ ...command, ...strict }))).toBe(323);
  });

  it.each<[Document]>([
    [{ create: 'plain', capped: false }],
    [{ insert: 'counted', documents: [{ a: 1 }] }],
    [{ aggregate: 'counted', pipeline: [{ $collStats: { count: {} } }], cursor: {} }],
    [indexed({ unique: true, partialFilterExpression: { a: 1 } })],
  ])('if strict has %j', async (command) => {
    expect(await run({ ...command, ...strict })).toMatchObject({ ok: 1 });
  });

  it('must be declared alike when a cursor is opened and when it is read on', async () => {
    await run({ insert: 'several', documents: [{}, {}, {}] });
    const open = async (): Promise<Document> =>
      (await run({ find: 'several', batchSize: 1, apiVersion: '1' })).cursor;
    const more = async (api: Document): Promise<Document> => {
      const { id } = await open();
      return run({ getMore: id, collection: 'several', ...api });
    };
    expect(await more({ apiVersion: '1' })).toMatchObject({ ok: 1 });
    expect(await codeOf(more({}))).toBe(347);
    expect(await codeOf(more(strict))).toBe(347);
  });

  it('may be declared without being strict', async () => {
    expect(await run({ distinct: 'many', key: 'a', apiVersion: '1' })).toMatchObject({ values: [] });
  });
});
