import { MongoServerError } from 'mongodb';
import { insertNew } from '../../../src/storage/mongodb/insert-new.ts';
import { useDatabase } from '../../support/use-database.ts';

interface Row {
  readonly _id: string;
  readonly name: string;
}
const database = useDatabase();
const rows = () => database.db.collection<Row>('rows');

describe('a new document', () => {
  it('is inserted once, and stays as it is', async () => {
    expect(await insertNew(rows(), { _id: 'a', name: 'first' })).toBe(true);
    expect(await insertNew(rows(), { _id: 'a', name: 'second' })).toBe(false);
    expect(await rows().findOne({ _id: 'a' })).toEqual({ _id: 'a', name: 'first' });
  });

  it('fails if the database refuses it for any reason but its key', async () => {
    const impossible = { _id: ['a'], name: 'nobody' } as unknown as Row;
    await expect(insertNew(rows(), impossible)).rejects.toThrow(MongoServerError);
  });
});
