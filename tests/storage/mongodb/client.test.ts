import {
  type BulkWriteResult,
  MongoBulkWriteError,
  MongoClientClosedError,
  MongoDriverError,
  MongoNetworkError,
  MongoServerError,
  MongoWriteConcernError,
} from 'mongodb';
import { databaseFaultOf } from '../../../src/storage/mongodb/client.ts';
import { needsList } from '../../../src/storage/mongodb/needs-list.ts';
import { useDatabase } from '../../support/use-database.ts';

const bulkAround = (cause: Error) => new MongoBulkWriteError(cause, {} as BulkWriteResult);
/** The driver does not export the classes of some errors; their names identify them. */
const driverError = (name: string) =>
  Object.defineProperty(new MongoDriverError('no'), 'name', { value: name });
const broken = (code: string) => Object.assign(new Error('write failed'), { code });

describe('what an error says about the database', () => {
  const database = useDatabase();

  it('is that a document is odd, where a change that needs a list finds something else', async () => {
    const found = new MongoServerError({ message: 'whatever a release says', code: 2 });
    const error = await needsList(Promise.reject(found)).catch((thrown: unknown) => thrown);
    expect(databaseFaultOf(error)).toBe('unsuitable-document');
    const lost = new MongoNetworkError('connection closed');
    await expect(needsList(Promise.reject(lost))).rejects.toBe(lost);
    await expect(needsList(Promise.resolve(1))).resolves.toBe(1);
  });

  it('is that a document is odd, where it has no room for more', async () => {
    const things = database.db.collection<{ _id: string }>('full');
    await things.insertOne({ _id: 'full', text: 'x'.repeat(9_000_000) } as { _id: string });
    const more = { $set: { more: 'x'.repeat(9_000_000) } };
    const error = await things.updateOne({ _id: 'full' }, more).catch((thrown: unknown) => thrown);
    expect(databaseFaultOf(error)).toBe('unsuitable-document');
  });

  it.each([
    ['a connection that was lost', new MongoNetworkError('connection closed')],
    [
      'a bulk write around a connection that was lost',
      bulkAround(new MongoNetworkError('connection closed')),
    ],
    ['a client that was closed while it waited', new MongoClientClosedError()],
    ['a pool whose connections were all in use for too long', driverError('MongoWaitQueueTimeoutError')],
    ['a server that has left the cluster', driverError('MongoPoolClosedError')],
    ['a pipe that broke', broken('EPIPE')],
    ['a server that is stepping down', new MongoServerError({ message: 'not primary', code: 10_107 })],
    ['a bulk write around it', bulkAround(new MongoServerError({ message: 'not primary', code: 10_107 }))],
    ['a write that conflicts', new MongoServerError({ message: 'Write conflict', code: 112 })],
    ['a disk that is full', new MongoServerError({ message: 'no space', code: 14_031 })],
    ['a cluster that finds no primary', new MongoServerError({ message: 'no primary', code: 133 })],
    ['a cursor that died', new MongoServerError({ message: 'cursor not found', code: 43 })],
    [
      'a write that is not with the majority',
      new MongoWriteConcernError({ ok: 1, writeConcernError: { errmsg: 'timed out', code: 64 } }),
    ],
    [
      'what a server says may be repeated, whatever its code is',
      new MongoServerError({ message: 'busy', code: 1, errorLabels: ['RetryableWriteError'] }),
    ],
  ])('is that it is unavailable, for %s', (_what, error) => {
    expect(databaseFaultOf(error)).toBe('unavailable');
  });

  it.each([
    ['a duplicate key', new MongoServerError({ message: 'E11000', code: 11_000 })],
    ['a bulk write around it', bulkAround(new MongoServerError({ message: 'E11000', code: 11_000 }))],
    ['a bad query', new MongoServerError({ message: 'The field must be an array', code: 2 })],
    ['an error of the driver', driverError('MongoAPIError')],
    ['a file that is missing', broken('ENOENT')],
    ['a fault of our own', new TypeError('undefined is not a function')],
  ])('is nothing, for %s', (_what, error) => {
    expect(databaseFaultOf(error)).toBeUndefined();
  });
});
