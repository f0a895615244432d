import { MongoServerError } from 'mongodb';

/** A stored document has something else where a change needs a list. */
export class NotAListError extends Error {
  override name = 'NotAListError';
}

const badValue = 2;

/**
 * Waits for a change that adds to a stored list or takes from it. MongoDB's code for something else in its place is
 * that of a bad query, too; so only a change that is known to be sound tells the one from the other.
 * @throws {NotAListError} if the stored value is no list.
 */
export async function needsList<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    if (error instanceof MongoServerError && error.code === badValue)
      throw new NotAListError(error.message, { cause: error });
    throw error;
  }
}
