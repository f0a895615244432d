import { MongoNetworkError, MongoServerError } from 'mongodb';

/**
 * Repeats a write of several documents, once, that an election or a lost connection interrupted. The driver repeats only
 * writes of single documents, of which the server knows whether it has carried them out. So a second time has to change
 * nothing more than the first: what adds something up is written by `update-each.ts`.
 */
export async function repeatInterrupted<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isInterrupted(error)) throw error;
    return write();
  }
}

/** MongoDB's codes for a node that is shutting down, or that is not, or no longer, the primary. */
const notPrimaryCodes = new Set([91, 189, 10107, 11600, 11602, 13435, 13436]);

const isInterrupted = (error: unknown): boolean =>
  error instanceof MongoNetworkError ||
  (error instanceof MongoServerError && notPrimaryCodes.has(Number(error.code)));
