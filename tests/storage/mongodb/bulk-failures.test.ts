import { type BulkWriteResult, MongoBulkWriteError, MongoNetworkError } from 'mongodb';
import { DatabaseUnavailableError } from '../../../src/domain/errors.ts';
import { bulkFailures } from '../../../src/storage/mongodb/bulk-failures.ts';
import { isDuplicateKey } from '../../../src/storage/mongodb/client.ts';
import { useDatabase } from '../../support/use-database.ts';

const bulkError = (cause: Error | { message: string; code: number }) =>
  new MongoBulkWriteError(cause, {} as BulkWriteResult);
const thrownFor = (error: unknown): unknown => {
  try {
    return bulkFailures(error);
  } catch (thrown) {
    return thrown;
  }
};

describe('what failed in a bulk write', () => {
  const database = useDatabase();

  it('is the operations that the database refused, by index', async () => {
    const documents = ['a', 'b', 'a', 'c', 'b'].map((_id) => ({ _id }));
    const error: unknown = await database.db
      .collection<{ _id: string }>('refusals')
      .insertMany(documents, { ordered: false })
      .catch((thrown) => thrown);
    const failures = bulkFailures(error);
    expect([...failures.keys()]).toEqual([2, 4]);
    expect([...failures.values()].every(isDuplicateKey)).toBe(true);
  });

  it('is all of it in an outage, which the driver reports as a bulk error', () => {
    const outage = bulkError(new MongoNetworkError('connection closed'));
    expect(thrownFor(outage)).toBeInstanceOf(DatabaseUnavailableError);
    expect(thrownFor(outage)).toMatchObject({ cause: outage });
  });

  it('is all of it if the database refuses the command, or nothing was sent', () => {
    const refused = bulkError({ message: 'not primary', code: 10107 });
    expect(thrownFor(refused)).toBe(refused);
    const cut = new MongoNetworkError('cut');
    expect(thrownFor(cut)).toBe(cut);
  });
});
