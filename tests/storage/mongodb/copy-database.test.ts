import { Double, Int32, Long, MongoClient, type ObjectId } from 'mongodb';
import {
  CopyIncompleteError,
  type CopyProgress,
  copyDatabase,
} from '../../../src/storage/mongodb/copy-database.ts';
import { freshDatabaseUrl } from '../../support/service.ts';

interface Row {
  _id: string | ObjectId | Int32;
  [field: string]: unknown;
}

describe('Copying a database', () => {
  let from: MongoClient;
  let to: MongoClient;

  beforeEach(async () => {
    from = await new MongoClient(freshDatabaseUrl()).connect();
    to = await new MongoClient(freshDatabaseUrl()).connect();
  });
  afterEach(async () => {
    await Promise.all([from.db().dropDatabase(), to.db().dropDatabase()]);
    await Promise.all([from.close(), to.close()]);
  });

  const rowsOf = (client: MongoClient, collection: string) =>
    client
      .db()
      .collection<Row>(collection)
      .find({}, { sort: { _id: 1 }, hint: '_id_', promoteValues: false })
      .toArray();

  it('copies every document with its types, and reports its progress', async () => {
    const rows: Row[] = Array.from({ length: 2500 }, (_, n) => ({ _id: `v${n}`, n: new Int32(n) }));
    await from.db().collection<Row>('visitors').insertMany(rows);
    await from
      .db()
      .collection<Row>('odd')
      .insertMany([
        { _id: 'a', long: Long.fromString('9007199254740993'), double: new Double(1), when: new Date(0) },
      ]);
    const progress: CopyProgress[] = [];
    await copyDatabase(from.db(), to.db(), (step) => progress.push(step));

    expect(await rowsOf(to, 'visitors')).toStrictEqual(await rowsOf(from, 'visitors'));
    expect(await rowsOf(to, 'odd')).toStrictEqual(await rowsOf(from, 'odd'));
    expect(progress.at(-1)).toEqual({ collection: 'visitors', copied: 2500, total: 2500 });
  });

  it('can be repeated after an interruption', async () => {
    await from
      .db()
      .collection<Row>('visitors')
      .insertMany([
        { _id: 'a', n: 2 },
        { _id: 'b', n: 2 },
      ]);
    await to
      .db()
      .collection<Row>('visitors')
      .insertMany([{ _id: 'a', n: 1 }]);
    await copyDatabase(from.db(), to.db(), () => undefined);
    expect(await rowsOf(to, 'visitors')).toStrictEqual(await rowsOf(from, 'visitors'));
  });

  const people = (client: MongoClient) => client.db().collection<Row>('users');
  const copy = () => copyDatabase(from.db(), to.db(), () => undefined);

  it('removes what an earlier copy wrote and the source no longer has, and nothing else', async () => {
    await people(from).insertMany([{ _id: 'stays' }, { _id: 'goes' }, { _id: new Int32(7) }]);
    await people(to).insertOne({ _id: 'own' });
    expect(await copy()).toMatchObject({ removed: 0 });
    await people(from).deleteMany({ _id: { $in: ['goes', new Int32(7)] } });
    await people(from).insertOne({ _id: 'new' });
    const report = await copy();
    expect((await rowsOf(to, 'users')).map(({ _id }) => _id)).toEqual(['new', 'own', 'stays']);
    expect(report).toEqual({ collections: [{ collection: 'users', source: 2, target: 3 }], removed: 2 });
    expect(await copy()).toMatchObject({ removed: 0 });
  });

  it('can give a value that must be unique to another document than before', async () => {
    for (const client of [from, to]) await people(client).createIndex({ username: 1 }, { unique: true });
    const rename = (_id: string, username: string) => people(from).updateOne({ _id }, { $set: { username } });
    await people(from).insertMany([
      { _id: 'a', username: 'ann' },
      { _id: 'b', username: 'bob' },
      { _id: 'c', username: 'cid' },
    ]);
    await copy();
    await rename('a', 'nobody');
    await rename('b', 'ann');
    await rename('a', 'bob');
    await people(from).deleteOne({ _id: 'c' });
    await people(from).insertOne({ _id: 'd', username: 'cid' });
    await copy();
    expect(await rowsOf(to, 'users')).toStrictEqual(await rowsOf(from, 'users'));
  });

  it('says in plain words which documents of the target are in the way, and copies the others', async () => {
    await people(to).createIndex({ username: 1 }, { unique: true });
    await people(to).insertOne({ _id: 'theirs', username: 'admin' });
    await people(from).insertMany([
      { _id: 'ours', username: 'admin' },
      { _id: 'ann', username: 'ann' },
    ]);
    await from.db().collection<Row>('visitors').insertOne({ _id: 'v' });
    const failure = await copy().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CopyIncompleteError);
    expect(String(failure)).toMatch(/users: another document there has \{ ?username: "admin" ?\}/);
    expect((await rowsOf(to, 'users')).map(({ _id }) => _id)).toEqual(['ann', 'theirs']);
    expect(await rowsOf(to, 'visitors')).toHaveLength(1);
    await people(to).deleteOne({ _id: 'theirs' });
    expect(await copy()).toMatchObject({
      collections: [
        { source: 2, target: 2 },
        { source: 1, target: 1 },
      ],
    });
  });

  it('leaves out what means something to the source alone', async () => {
    for (const name of ['foyer_rate_limits', 'foyer_change_feed'])
      await from.db().collection<Row>(name).insertOne({ _id: 'position' });
    expect(await copy()).toEqual({ collections: [], removed: 0 });
    expect(await rowsOf(to, 'foyer_change_feed')).toEqual([]);
  });
});
