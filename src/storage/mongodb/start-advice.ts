import { MongoCompatibilityError, MongoServerError } from 'mongodb';
import { isDatabaseUnavailable } from './client.ts';

/** MongoDB's codes for a wrong user or password (8000 in Atlas), and for one who may not do what is asked. */
const wrongPasswordCodes = new Set([18, 8_000]);
const forbiddenCode = 13;

/** Whether the user of the address may not do what was asked. */
export const isForbidden = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === forbiddenCode;

/** The driver has two classes of this name, and exports one. */
const isUnreadableAddress = (error: unknown): boolean =>
  error instanceof Error && error.name === 'MongoParseError';

const isUnknownHost = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && String(error.syscall).startsWith('query');

/** Whether the database, or the DNS that knows where it is, may only be away for a while. */
export const isUnreachable = (error: unknown): boolean =>
  isDatabaseUnavailable(error) || isUnknownHost(error);

/**
 * What is wrong with the database or its address that keeps the service from starting, in one sentence for the
 * operator; undefined if it is nothing that they can do something about. It never quotes the address, which may have a
 * password.
 */
export function startAdvice(error: unknown): string | undefined {
  if (isUnreadableAddress(error))
    return 'MONGO_URL cannot be understood; characters such as @, : and / in a password must be percent-encoded.';
  if (error instanceof MongoCompatibilityError)
    return `the database at MONGO_URL has another release than Foyer can use: ${error.message}.`;
  if (error instanceof MongoServerError && wrongPasswordCodes.has(Number(error.code)))
    return 'the database at MONGO_URL refuses the user or the password; is authSource the database that the user is defined in?';
  if (isForbidden(error))
    return 'the user of MONGO_URL may not do all that Foyer does there: give them the role readWrite on its database.';
  if (isUnreachable(error))
    return 'the database at MONGO_URL cannot be reached; is it running, and is the address right?';
  return undefined;
}
