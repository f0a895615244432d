import { Binary, BSON, Long, ObjectId } from 'mongodb';
import { decoded, findUndecoded } from '../../../src/storage/mongodb/undecoded.ts';
import { useDatabase } from '../../support/use-database.ts';

interface Sample {
  readonly _id: string;
  readonly value: unknown;
}

describe('Documents that are decoded one by one', () => {
  const database = useDatabase();

  it('are those that the driver decodes', async () => {
    const samples = database.db.collection<Sample>('samples');
    await samples.insertMany([
      { _id: 'a', value: [1, 1.5, null, 'ä', { date: new Date(7) }] },
      {
        _id: 'b',
        value: { long: Long.fromNumber(2 ** 40), id: new ObjectId(), bytes: new Binary(Buffer.of(1)) },
      },
    ]);
    const options = { projection: { value: 1 }, sort: { _id: -1 }, batchSize: 1 } as const;
    const found = await findUndecoded(samples, {}, options).toArray();
    expect([...decoded<Sample>(found)]).toEqual(await samples.find({}, options).toArray());
    expect(found).toHaveLength(2);
  });

  it('have replacement characters where text is not UTF-8', () => {
    const bytes = BSON.serialize({ value: 'ab' });
    const first = bytes.indexOf('a'.charCodeAt(0), 'value'.length + 4);
    bytes[first] = 0xe9;
    expect([...decoded([bytes])]).toEqual([{ value: '\ufffdb' }]);
  });
});
