import { AppError, type DatabaseFault, DatabaseUnavailableError } from '../domain/errors.ts';
import type { Quota } from './rate-limit.ts';

/** A refusal in a dialect's own words; each dialect derives its own from it. */
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

/** Why a request is not served: all that a dialect has words of its own for. */
export type Failure =
  | { readonly kind: 'unknown-path' }
  /** The domain or the dialect itself says no. */
  | { readonly kind: 'refused'; readonly error: AppError | DialectError }
  | { readonly kind: 'rate-limited'; readonly quota: Quota }
  /** It cannot be read: the body is too large or encoded in an unknown way, the path cannot be decoded. */
  | { readonly kind: 'unreadable'; readonly status: number; readonly error: Error }
  /** A stored document has another form than a change of it needs. */
  | { readonly kind: 'unsuitable-document'; readonly error: unknown }
  /** The database is away; the request may be tried again. */
  | { readonly kind: 'outage' }
  /** A fault of the service. */
  | { readonly kind: 'crash' };

/** Says of any error why the request is not served. */
export function failureOf(
  error: unknown,
  databaseFaultOf: (error: unknown) => DatabaseFault | undefined,
): Failure {
  if (error instanceof AppError || error instanceof DialectError) return { kind: 'refused', error };
  if (error instanceof RateLimitedError) return { kind: 'rate-limited', quota: error.quota };
  const fault = error instanceof DatabaseUnavailableError ? 'unavailable' : databaseFaultOf(error);
  if (fault === 'unavailable') return { kind: 'outage' };
  if (fault === 'unsuitable-document') return { kind: 'unsuitable-document', error };
  return unreadable(error) ?? { kind: 'crash' };
}

/** What Express and the reading of bodies refuse; their errors carry a status. */
function unreadable(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  const { status } = error;
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  return { kind: 'unreadable', status, error };
}
