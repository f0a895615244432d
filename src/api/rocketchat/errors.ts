import { DialectError } from '../../http/failure.ts';

/** The contents of Rocket.Chat's failure envelope; see `envelope.ts` for its form. */
export interface RocketChatFailure {
  readonly status: number;
  /** A text or, for Meteor's own login errors, a number. */
  readonly error?: string | number;
  readonly errorType?: string;
  readonly details?: unknown;
  /** Typed routes of 8.x put `errorType` before `error`. */
  readonly typeFirst?: boolean;
  /** Adds `status: 'error'` and this `message`, which clients of 7.0 and older read. */
  readonly legacyMessage?: string;
  /** A special body, to which `success: false` is added as the last key. */
  readonly payload?: object;
}

/** A failure in Rocket.Chat's own terms, thrown by an endpoint or by the checks before it. */
export class RocketChatError extends DialectError {
  override name = 'RocketChatError';
  readonly failure: RocketChatFailure;

  constructor(failure: RocketChatFailure, options?: ErrorOptions) {
    super(String(failure.error ?? 'failure'), options);
    this.failure = failure;
  }
}

/** What Rocket.Chat makes of a plain `Error` thrown in a handler: 400 with just the text, and no `errorType`. */
export const plainError = (error: string): RocketChatError => new RocketChatError({ status: 400, error });

/**
 * What Rocket.Chat makes of a Meteor error: 400 with `reason [code]`, or `[code]` without a reason, and the code as
 * `errorType`. Rocket.Chat's two exceptions, 403 and 429, are answered without an `errorType` in the checks before
 * the handler.
 */
export function meteorError(code: string, reason?: string, details?: unknown): RocketChatError {
  const error = reason === undefined ? `[${code}]` : `${reason} [${code}]`;
  return new RocketChatError({
    status: 400,
    error,
    errorType: code,
    ...(details === undefined ? {} : { details }),
  });
}

/** The handler's `unauthorized()` or `forbidden()` without a text. */
export const forbidden = (): RocketChatError => new RocketChatError({ status: 403, error: 'unauthorized' });

/** The handler's `notFound()`. */
export const notFound = (error = 'Resource not found'): RocketChatError =>
  new RocketChatError({ status: 404, error });

/** The handler's `failure()` without arguments. */
export const bareFailure = (): RocketChatError => new RocketChatError({ status: 400 });
