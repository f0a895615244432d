import { Double, Int32, Long, MongoClient, type ObjectId } from 'mongodb';
import { type CopyProgress, copyDatabase } from '../../../src/storage/mongodb/copy-database.ts';
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
});
