import { MongoBulkWriteError, MongoServerError } from 'mongodb';
import { DatabaseUnavailableError } from '../../domain/errors.ts';
import { isUnacknowledgedBulk } from './client.ts';

/**
 * Which operations of an unordered bulk write failed, by index.
 * @throws the `error` itself if it does not concern single operations. The driver also reports an outage as a bulk
 *   error; that becomes a {@link DatabaseUnavailableError}.
 */
export function bulkFailures(error: unknown): ReadonlyMap<number, Error> {
  if (!(error instanceof MongoBulkWriteError)) throw error;
  const failures = [error.writeErrors].flat();
  if (failures.length === 0) {
    if (!isUnacknowledgedBulk(error)) throw error;
    throw new DatabaseUnavailableError('the bulk write was not acknowledged', { cause: error });
  }
  return new Map(
    failures.map(({ index, code, errmsg = 'the write failed' }) => [
      index,
      new MongoServerError({ message: errmsg, code }),
    ]),
  );
}
