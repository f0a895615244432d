import { MongoError } from '../errors.ts';

/** A statement that failed, as `writeErrors` lists it. */
export interface WriteError {
  readonly index: number;
  readonly code: number;
  readonly errmsg: string;
  readonly [extra: string]: unknown;
}

/** A statement's failure; anything but a MongoError is a fault of this server and fails the command. */
export function writeErrorOf(index: number, error: unknown): WriteError {
  if (!(error instanceof MongoError)) throw error;
  return { index, code: error.code, errmsg: error.message, ...error.extra };
}

/** `writeErrors` where there are any. */
export const withErrors = (errors: readonly WriteError[]): { writeErrors?: readonly WriteError[] } =>
  errors.length > 0 ? { writeErrors: errors } : {};
