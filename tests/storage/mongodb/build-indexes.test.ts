import { type Db, type Document, MongoClient, MongoServerError } from 'mongodb';
import { createLogger } from '../../../src/observability/logger.ts';
import { indexes } from '../../../src/storage/indexes.ts';
import { buildIndexes, type IndexBuild } from '../../../src/storage/mongodb/build-indexes.ts';
import type { Index } from '../../../src/storage/mongodb/index-definition.ts';
import { requestDatabase } from '../../../src/storage/mongodb/request-database.ts';
import { freshDatabaseUrl } from '../../support/service.ts';

const index = (collection: string, field: string, given: Partial<Index> = {}): Index => ({
  collection,
  name: `foyer_${field}`,
  key: { [field]: 1 },
  serves: 'a test',
  ...given,
});
const unique = { options: { unique: true, sparse: true } } as const;
const plain = index('large', 'plain');
const claimed = index('large', 'claimed', { ...unique, isClaimed: true });
const list = [claimed, plain, index('large', 'sole', unique), index('small', 'other')];

describe('Building the indexes of a large collection', () => {
  let url: string;
  let client: MongoClient;
  let stopping: AbortController;
  const lines: { msg: string; indexes?: string[]; left?: number }[] = [];
  const logger = createLogger('info', { write: (line) => void lines.push(JSON.parse(line)) });
  const namesOf = async (collection: string) =>
    (await client.db().collection(collection).indexes()).map(({ name }) => name).sort();
  let missing: number[];
  const onProgress = (count: number) => void missing.push(count);
  const prepare = (db: Db): Promise<IndexBuild> =>
    buildIndexes(db, list, { logger, signal: stopping.signal, onProgress, fewDocuments: 2 });
  /** Begins to build. */
  const build = async (db: Db) => {
    const building = await prepare(db);
    return { ...building, done: building.start() };
  };

  beforeEach(async () => {
    url = freshDatabaseUrl();
    client = await new MongoClient(url).connect();
    stopping = new AbortController();
    lines.length = 0;
    missing = [];
    const documents = [1, 2, 3].map((n) => ({ plain: n, claimed: n, sole: n }));
    await client.db().collection('large').insertMany(documents);
  });
  afterEach(async () => {
    stopping.abort();
    await client.db().dropDatabase();
    await client.close();
  });

  /** A server that builds an index only alone, and when it is let; `fail` makes it refuse. Until then, it lists it. */
  function slowServer() {
    const isSlow = (name: string | undefined) => name === plain.name || name === claimed.name;
    const held = new Map<string, { go(): void; fail(error: Error): void }>();
    const createIndex =
      (collection: ReturnType<Db['collection']>) =>
      async (...[key, options]: Parameters<typeof collection.createIndex>) => {
        const name = options?.name ?? '';
        if (isSlow(name)) await new Promise<void>((go, fail) => held.set(name, { go, fail }));
        return collection.createIndex(key, options);
      };
    const createIndexes =
      (collection: ReturnType<Db['collection']>) =>
      async (...[specifications, options]: Parameters<typeof collection.createIndexes>) => {
        if (specifications.some(({ name }) => isSlow(name)))
          throw new MongoServerError(
            options?.maxTimeMS === undefined
              ? { message: 'not together', code: 197 }
              : { message: 'took too long', code: 50 },
          );
        return collection.createIndexes(specifications, options);
      };
    const db: Db = Object.create(client.db(), {
      collection: {
        value: (name: string) => {
          const collection = client.db().collection(name);
          return Object.create(collection, {
            createIndex: { value: createIndex(collection) },
            createIndexes: { value: createIndexes(collection) },
          });
        },
      },
    });
    const holding = async (name: string) => {
      while (!held.has(name)) await new Promise((resolve) => setImmediate(resolve));
      const found = held.get(name);
      held.delete(name);
      if (found === undefined) throw new Error('nothing is held');
      return found;
    };
    return { db, holding };
  }

  it('does not hold up the start, except for uniqueness that nothing else keeps', async () => {
    const { db, holding } = slowServer();
    const building = await build(db);
    expect(await namesOf('large')).toEqual(['_id_', 'foyer_sole']);
    expect(await namesOf('small')).toContain('foyer_other');
    expect([building.isUnique('foyer_sole'), building.isUnique(claimed.name)]).toEqual([true, false]);
    expect([building.isBuilding('large'), building.isBuilding('small')]).toEqual([true, false]);

    (await holding(claimed.name)).go();
    (await holding(plain.name)).go();
    await building.done;
    expect(building.isUnique(claimed.name)).toBe(true);
    expect([building.isBuilding('large'), building.isUnderWay()]).toEqual([false, false]);
    expect(await namesOf('large')).toEqual(['_id_', 'foyer_claimed', 'foyer_plain', 'foyer_sole']);
    expect(lines.map(({ msg, indexes, left }) => [msg, indexes, left])).toEqual([
      ['indexes are being built', [claimed.name, plain.name], 2],
      ['indexes cannot be built together; each is built alone', [claimed.name, plain.name], undefined],
      ['indexes are being built', [claimed.name], 2],
      ['indexes were built', [claimed.name], 1],
      ['indexes are being built', [plain.name], 1],
      ['indexes were built', [plain.name], 0],
    ]);
    expect(missing).toEqual([2, 1, 0]);
  });

  it('builds what can wait only when it is told to start, and all of it at once', async () => {
    const building = await prepare(client.db());
    expect([building.isBuilding('large'), building.isUnderWay()]).toEqual([true, true]);
    expect(await namesOf('large')).toEqual(['_id_', 'foyer_sole']);
    await building.start();
    expect([building.isBuilding('large'), building.isUnderWay()]).toEqual([false, false]);
    expect(building.isUnique(claimed.name)).toBe(true);
    expect(lines.map(({ msg, indexes, left }) => [msg, indexes, left])).toEqual([
      ['indexes are being built', [claimed.name, plain.name], 2],
      ['indexes were built', [claimed.name, plain.name], 0],
    ]);
    expect(await namesOf('large')).toEqual(['_id_', 'foyer_claimed', 'foyer_plain', 'foyer_sole']);
  });

  it('builds the one on tokens first, then those that visitors are looked up by, and that tell which ones changed', async () => {
    const visitors = client.db().collection('rocketchat_livechat_visitor');
    await visitors.insertMany([1, 2, 3].map((n) => ({ token: `token-${n}` })));
    const options = { logger, signal: stopping.signal, onProgress, fewDocuments: 2 };
    await (await buildIndexes(client.db(), indexes, options)).start();
    const built = lines.filter(({ msg }) => msg === 'indexes were built').map((line) => line.indexes);
    expect(built.slice(0, 2)).toEqual([
      ['foyer_visitor_token'],
      ['foyer_visitor_phone', 'foyer_by_email', 'foyer_by_username', 'foyer_updated', 'foyer_by_ts'],
    ]);
    expect(missing.at(-1)).toBe(0);
  });

  it('asks twice for each collection whose indexes stand, and changes nothing', async () => {
    await (await prepare(client.db())).start();
    const commands: string[] = [];
    const watched = await new MongoClient(url, { monitorCommands: true }).connect();
    watched.on('commandStarted', ({ commandName }) => commands.push(commandName));
    const building = await prepare(watched.db());
    expect(building.isUnderWay()).toBe(false);
    expect(commands.sort()).toEqual(['createIndexes', 'createIndexes', 'listIndexes', 'listIndexes']);
    await watched.close();
  });

  describe('that replace those of an earlier release', () => {
    const old = index('large', 'old');
    const late = index('large', 'late', {
      key: old.key,
      options: { partialFilterExpression: { old: { $exists: true } } },
      replaces: old.name,
    });
    const prepareReplacement = async () => {
      const options = { logger, signal: stopping.signal, onProgress, fewDocuments: 2 };
      return buildIndexes(client.db(), [late], options);
    };
    beforeEach(() => client.db().collection('large').createIndex(old.key, { name: old.name }));

    it('lets those serve until it stands, and drops them then', async () => {
      const building = await prepareReplacement();
      expect(await namesOf('large')).toEqual(['_id_', old.name]);
      await building.start();
      expect(await namesOf('large')).toEqual(['_id_', late.name]);
    });

    it('drops them at the next start if the process has died in between', async () => {
      await client
        .db()
        .collection('large')
        .createIndex(late.key, { ...late.options, name: late.name });
      await (await prepareReplacement()).start();
      expect(await namesOf('large')).toEqual(['_id_', late.name]);
    });

    it('keeps them where MongoDB refuses a second index on the key', async () => {
      const twin = { ...late, options: {} };
      const building = await buildIndexes(client.db(), [twin], {
        logger,
        signal: stopping.signal,
        onProgress,
      });
      await building.start();
      expect(await namesOf('large')).toEqual(['_id_', old.name]);
    });
  });

  it('goes on when the database is back', async () => {
    const { db, holding } = slowServer();
    const building = await build(db);
    (await holding(claimed.name)).fail(new MongoServerError({ message: 'not primary', code: 10_107 }));
    (await holding(claimed.name)).go();
    (await holding(plain.name)).go();
    await building.done;
    expect(building.isUnique(claimed.name)).toBe(true);
  });

  it('says which index it cannot build, and builds the others', async () => {
    const { db, holding } = slowServer();
    const building = await build(db);
    (await holding(claimed.name)).fail(new MongoServerError({ message: 'add index fails', code: 197 }));
    (await holding(plain.name)).go();
    await building.done;
    expect(lines).toContainEqual(
      expect.objectContaining({
        msg: 'an index cannot be built; the next start tries again',
        indexes: [claimed.name],
      }),
    );
    expect([building.isUnique(claimed.name), building.isBuilding('large')]).toEqual([false, true]);
    expect(building.isUnderWay()).toBe(false);
    expect(missing.at(-1)).toBe(1);
    expect(await namesOf('large')).toContain('foyer_plain');
  });

  it('gives what lacks an index little time', async () => {
    const { db, holding } = slowServer();
    const building = await build(db);
    const commands: Document[] = [];
    const watched = await new MongoClient(freshDatabaseUrl(), { monitorCommands: true }).connect();
    watched.on('commandStarted', ({ command }) => commands.push(command));
    const large = requestDatabase(watched.db(), building).collection<{ _id: string; plain: number }>('large');
    const [filter, change] = [{ plain: 1 }, { $set: { plain: 2 } }];
    const hint = { _id: 1 } as const;
    const operations = [
      () => large.findOne(filter, { hint }),
      () => large.updateOne({ _id: 'a' }, change),
      () => large.updateOne(filter, change, { hint }),
      () => large.updateMany(filter, change, { hint }),
      () => large.findOneAndUpdate(filter, change, { hint }),
      () => large.deleteOne(filter, { hint }),
      () => large.deleteMany(filter, { hint }),
      () => large.findOneAndDelete(filter, { hint }),
    ];
    const limits = async () => {
      const seen = [];
      for (const operation of operations) {
        commands.length = 0;
        await operation();
        // The driver may have repeated it.
        seen.push(commands[0]?.maxTimeMS);
      }
      return seen;
    };
    const short = 2_000;
    expect(await limits()).toEqual([short, undefined, short, short, short, short, short, short]);
    (await holding(claimed.name)).go();
    (await holding(plain.name)).go();
    await building.done;
    expect(await limits()).toEqual([30_000, ...Array.from({ length: 7 }, () => undefined)]);
    await watched.close();
  });

  it('does not hold up a second start either, nor rely on what it has only begun', async () => {
    await client.db().collection('large').createIndex(plain.key, { name: plain.name });
    await client
      .db()
      .collection('large')
      .createIndex(claimed.key, { ...unique.options, name: claimed.name });
    const { db, holding } = slowServer();
    const building = await build(db);
    expect([building.isBuilding('large'), building.isUnique(claimed.name)]).toEqual([true, false]);
    (await holding(claimed.name)).go();
    (await holding(plain.name)).go();
    await building.done;
    expect([building.isBuilding('large'), building.isUnique(claimed.name)]).toEqual([false, true]);
  });

  it('builds nothing twice, and stops when the service does', async () => {
    const { db, holding } = slowServer();
    const building = await build(db);
    const held = await holding(claimed.name);
    stopping.abort();
    held.go();
    await building.done;
    expect(await namesOf('large')).not.toContain('foyer_plain');
    const again = await buildIndexes(client.db(), list, {
      logger,
      onProgress,
      signal: new AbortController().signal,
    });
    expect(again.isUnderWay()).toBe(false);
    expect([again.isUnique(claimed.name), again.isUnique('foyer_sole')]).toEqual([true, true]);
  });
});
