import { MongoError, MongoErrorLabel } from 'mongodb';

/**
 * Repeats a write that never left, since the connections were closed while it waited for one, as after an election. The
 * driver does so only with writes of single documents, which it can also repeat if the answer was lost.
 */
export async function repeatUnsent<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isUnsent(error)) throw error;
    return write();
  }
}

const isUnsent = (error: unknown): boolean =>
  error instanceof MongoError && error.hasErrorLabel(MongoErrorLabel.PoolRequestedRetry);
