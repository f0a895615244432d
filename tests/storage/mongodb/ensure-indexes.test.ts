import { type Db, MongoClient, MongoServerError } from 'mongodb';
import { createLogger } from '../../../src/observability/logger.ts';
import { indexes } from '../../../src/storage/indexes.ts';
import { dropIndexes } from '../../../src/storage/mongodb/ensure-indexes.ts';
import type { Index } from '../../../src/storage/mongodb/index-definition.ts';
import { ensureIndexes } from '../../support/ensure-indexes.ts';
import { freshDatabaseUrl } from '../../support/service.ts';

const logger = createLogger('silent');
const unique: Index = {
  collection: 'c',
  name: 'foyer_token',
  key: { token: 1 },
  options: { unique: true, partialFilterExpression: { token: { $exists: true } } },
  serves: 'a test',
};

describe('Building indexes', () => {
  let client: MongoClient;
  let db: Db;
  const namesOf = async () => (await db.collection('c').indexes()).map(({ name }) => name).sort();

  beforeEach(async () => {
    client = await new MongoClient(freshDatabaseUrl()).connect();
    db = client.db();
  });
  afterEach(async () => {
    await db.dropDatabase();
    await client.close();
  });

  it('creates missing indexes, and none twice', async () => {
    expect(await ensureIndexes(db, [unique], logger)).toEqual(new Set());
    expect(await ensureIndexes(db, [unique], logger)).toEqual(new Set());
    expect(await namesOf()).toEqual(['_id_', 'foyer_token']);
  });

  it('copes with duplicates: it reports them, and leaves them alone', async () => {
    const documents = [{ token: 'a' }, { token: 'a' }, { other: 1 }, { other: 2 }];
    await db.collection('c').insertMany(documents);
    expect(await ensureIndexes(db, [unique], logger)).toEqual(new Set(['foyer_token']));
    expect(await namesOf()).toEqual(['_id_', 'foyer_token_not_unique']);
    expect(await db.collection('c').countDocuments({}, { hint: '_id_' })).toBe(4);
  });

  it('copes with a sharded cluster, which refuses a unique index that the shard key is not the beginning of', async () => {
    const sharded: Db = Object.create(db, {
      collection: {
        value: (name: string) => {
          const collection = db.collection(name);
          const createIndex = async (...[key, options]: Parameters<typeof collection.createIndex>) => {
            if (options?.unique) throw new MongoServerError({ message: 'cannot create index', code: 67 });
            return collection.createIndex(key, options);
          };
          const createIndexes = async () => {
            throw new MongoServerError({ message: 'cannot create index', code: 67 });
          };
          return Object.create(collection, {
            createIndex: { value: createIndex },
            createIndexes: { value: createIndexes },
          });
        },
      },
    });
    const lines: { level: number; msg: string }[] = [];
    const telling = createLogger('info', { write: (line) => void lines.push(JSON.parse(line)) });
    const claimed = { ...unique, isClaimed: true } as const;
    expect(await ensureIndexes(sharded, [unique, claimed], telling)).toEqual(new Set(['foyer_token']));
    expect(await namesOf()).toEqual(['_id_', 'foyer_token_not_unique']);
    expect(lines.map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/nothing takes its place$/),
      'claims take the place of a unique index',
    ]);
  });

  it('says what to do where an old MongoDB keeps no unique index beside another one on the key', async () => {
    await db.collection('c').createIndex({ token: 1 }, { name: 'token_1' });
    const lines: { level: number; msg: string }[] = [];
    const telling = createLogger('warn', { write: (line) => void lines.push(JSON.parse(line)) });
    const refuse = () => Promise.reject(new MongoServerError({ message: 'exists', code: 85 }));
    const old: Db = Object.create(db, {
      collection: {
        value: (name: string) =>
          Object.create(db.collection(name), {
            createIndex: { value: refuse },
            createIndexes: { value: refuse },
          }),
      },
    });
    expect(await ensureIndexes(old, [unique, { ...unique, isClaimed: true }], telling)).toEqual(
      new Set(['foyer_token']),
    );
    expect(lines.map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/drop that one, or update MongoDB to 5\.0$/),
      expect.stringMatching(/claims take its place, until MongoDB is 5\.0$/),
    ]);
  });

  it('makes the index unique at the first start after the duplicates are gone', async () => {
    await db.collection('c').insertMany([{ token: 'a' }, { token: 'a' }]);
    await ensureIndexes(db, [unique], logger);
    await db.collection('c').deleteOne({ token: 'a' });
    expect(await ensureIndexes(db, [unique], logger)).toEqual(new Set());
    expect(await namesOf()).toEqual(['_id_', 'foyer_token']);
  });

  it('drops the plain index that took the place of a unique one, also if that is there already', async () => {
    await ensureIndexes(db, [unique], logger);
    await db.collection('c').createIndex(unique.key, { name: 'foyer_token_not_unique' });
    await ensureIndexes(db, [unique], logger);
    expect(await namesOf()).toEqual(['_id_', 'foyer_token']);
  });

  it('drops those that nothing needs any more, wherever they still are', async () => {
    await ensureIndexes(db, [unique], logger);
    const elsewhere = { collection: 'nowhere', name: 'foyer_token' } as const;
    for (const _ of ['first start', 'second start']) await dropIndexes(db, [unique, elsewhere]);
    expect(await namesOf()).toEqual(['_id_']);
  });

  it("leaves Rocket.Chat's index on the same key alone", async () => {
    await db.collection('c').createIndex({ token: 1 }, { name: 'token_1' });
    const plain: Index = { collection: 'c', name: 'foyer_plain', key: { token: 1 }, serves: 'a test' };
    expect(await ensureIndexes(db, [plain], logger)).toEqual(new Set());
    // Servers differ in whether they take a second index on the key; the first one stays in any case.
    expect(await namesOf()).toContain('token_1');
  });
});

describe('The list of indexes', () => {
  it("has unique names of Foyer's own, and says what each index serves", () => {
    const names = indexes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(indexes.every(({ name, serves }) => name.startsWith('foyer_') && serves.length > 5)).toBe(true);
  });
});
