import { type Db, MongoClient, MongoServerError } from 'mongodb';
import { AppError } from '../../../src/domain/errors.ts';
import { largestPage } from '../../../src/domain/paging.ts';
import type { Visitor } from '../../../src/domain/visitors/visitor.ts';
import { findPage } from '../../../src/storage/mongodb/find-page.ts';
import { collectPage } from '../../../src/storage/visitor-search/collect-page.ts';
import { freshDatabaseUrl } from '../../support/service.ts';

describe('A page of a list', () => {
  let client: MongoClient;
  let db: Db;
  beforeAll(async () => {
    client = await new MongoClient(freshDatabaseUrl(), { monitorCommands: true }).connect();
    db = client.db();
    await db.collection('c').insertMany([{ n: 2 }, { n: 1 }, { n: 3 }, { a: [1, 2], b: [1, 2] }]);
    await db.collection('c').createIndex({ n: 1 });
  });
  afterAll(async () => {
    await db?.dropDatabase();
    await client?.close();
  });

  it('contains what was asked for, and the total number', async () => {
    const page = await findPage(
      db.collection('c'),
      { n: { $gte: 1 } },
      { sort: { n: -1 }, offset: 1, count: 1 },
    );
    expect(page).toEqual({ items: [expect.objectContaining({ n: 2 })], total: 3 });
  });

  it('contains everything if 0 are asked for, but no more than fits into memory', async () => {
    const limits: unknown[] = [];
    client.on(
      'commandStarted',
      ({ commandName, command }) => commandName === 'find' && limits.push(command.limit),
    );
    const { items } = await findPage(
      db.collection('c'),
      { n: { $gte: 1 } },
      { sort: { n: 1 }, offset: 0, count: 0 },
    );
    expect(items).toHaveLength(3);
    expect(limits).toEqual([largestPage]);
    async function* visitors(): AsyncGenerator<Visitor> {
      for (let n = 0; n < largestPage + 2; n += 1) yield { _id: String(n) };
    }
    const sort = { field: 'ts', direction: 1 } as const;
    const found = await collectPage(visitors(), () => true, { offset: 0, count: 0, sort });
    expect([found.visitors.length, found.total]).toEqual([largestPage, largestPage + 2]);
  });

  it('fails if the server refuses anything else', async () => {
    const page = { sort: { n: 1 }, offset: 0, count: 1 } as const;
    const listed = findPage(db.collection('c'), { n: { $nonsense: 1 } }, page);
    await expect(listed).rejects.toThrow(MongoServerError);
  });

  it('is refused, rather than fails, for an order that no server can produce', async () => {
    const listed = findPage(
      db.collection('c'),
      { _id: { $exists: true } },
      { sort: { a: 1, b: 1 }, offset: 0, count: 1 },
    );
    await expect(listed).rejects.toThrow(AppError);
    await expect(listed).rejects.toMatchObject({ code: 'error-invalid-sort' });
  });
});
