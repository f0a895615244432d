import { AppError, type DatabaseFault, DatabaseUnavailableError, OverloadedError } from '../domain/errors.ts';
import type { Quota } from './rate-limit.ts';

/** A refusal in a dialect's own terms; each dialect derives its own class. */
export abstract class DialectError extends Error {}

/** More calls than a limit allows. */
export class RateLimitedError extends Error {
  override name = 'RateLimitedError';
  readonly quota: Quota;

  constructor(quota: Quota) {
    super('too many requests');
    this.quota = quota;
  }
}

/** Why a request is not served; a dialect has its own words for each kind. */
export type Failure =
  | { readonly kind: 'unknown-path' }
  /** The domain or the dialect itself refuses. */
  | { readonly kind: 'refused'; readonly error: AppError | DialectError }
  | { readonly kind: 'rate-limited'; readonly quota: Quota }
  /** It cannot be read: the body is too large or has an unknown encoding, or the path cannot be decoded. */
  | { readonly kind: 'unreadable'; readonly status: number; readonly error: Error }
  /** A stored document does not have the form that a change of it requires. */
  | { readonly kind: 'unsuitable-document'; readonly error: unknown }
  /** The database is unreachable, or too much work is waiting; the client may retry. */
  | { readonly kind: 'outage' }
  /** A fault of the service. */
  | { readonly kind: 'crash' };

/** Classifies an error: why is the request not served? */
export function failureOf(
  error: unknown,
  databaseFaultOf: (error: unknown) => DatabaseFault | undefined,
): Failure {
  if (error instanceof AppError || error instanceof DialectError) return { kind: 'refused', error };
  if (error instanceof RateLimitedError) return { kind: 'rate-limited', quota: error.quota };
  if (error instanceof OverloadedError) return { kind: 'outage' };
  const fault = error instanceof DatabaseUnavailableError ? 'unavailable' : databaseFaultOf(error);
  if (fault === 'unavailable') return { kind: 'outage' };
  if (fault === 'unsuitable-document') return { kind: 'unsuitable-document', error };
  return unreadable(error) ?? { kind: 'crash' };
}

/** What Express and the reading of bodies refuse: errors with a status. */
function unreadable(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  const { status } = error;
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  return { kind: 'unreadable', status, error };
}
