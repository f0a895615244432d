import { type Db, MongoClient, MongoServerError } from 'mongodb';
import { AppError } from '../../../src/domain/errors.ts';
import { largestPage } from '../../../src/domain/paging.ts';
import { findPage } from '../../../src/storage/mongodb/find-page.ts';
import { patient, read } from '../../support/paging.ts';
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
    const page = { sort: { n: -1 }, offset: 1, count: 1, signal: patient } as const;
    expect(await read(findPage(db.collection('c'), { n: { $gte: 1 } }, page))).toEqual({
      items: [expect.objectContaining({ n: 2 })],
      total: 3,
    });
  });

  it('contains everything if 0 are asked for, but no more than the largest page', async () => {
    const limits: unknown[] = [];
    client.on(
      'commandStarted',
      ({ commandName, command }) => commandName === 'find' && limits.push(command.limit),
    );
    const page = { sort: { n: 1 }, offset: 0, count: 0, signal: patient } as const;
    const { items } = await read(findPage(db.collection('c'), { n: { $gte: 1 } }, page));
    expect(items).toHaveLength(3);
    expect(limits).toEqual([largestPage]);
  });

  it('fails if the server refuses anything else', async () => {
    const page = { sort: { n: 1 }, offset: 0, count: 1, signal: patient } as const;
    const listed = findPage(db.collection('c'), { n: { $nonsense: 1 } }, page);
    await expect(listed).rejects.toThrow(MongoServerError);
  });

  it('is refused, rather than fails, for an order that no server can produce', async () => {
    const listed = findPage(
      db.collection('c'),
      { _id: { $exists: true } },
      { sort: { a: 1, b: 1 }, offset: 0, count: 1, signal: patient },
    );
    await expect(listed).rejects.toThrow(AppError);
    await expect(listed).rejects.toMatchObject({ code: 'error-invalid-sort' });
  });

  it('is not read any further once nobody is waiting for it', async () => {
    await db.collection('many').insertMany(Array.from({ length: 300 }, (_, n) => ({ n })));
    await db.collection('many').createIndex({ n: 1 });
    const commands: string[] = [];
    const killed = new Promise<void>((resolve) => {
      client.on('commandStarted', ({ commandName }) => {
        commands.push(commandName);
        if (commandName === 'killCursors') resolve();
      });
    });
    const leaving = new AbortController();
    const page = { sort: { n: 1 }, offset: 0, count: 0, signal: leaving.signal } as const;
    const { items } = await findPage(db.collection('many'), { n: { $gte: 0 } }, page);
    const reading = (async () => {
      for await (const _ of items) leaving.abort();
    })();
    await expect(reading).rejects.toThrow();
    await killed;
    expect(commands).not.toContain('getMore');
  });
});
