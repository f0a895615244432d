import type { ErrorRequestHandler, RequestHandler } from 'express';
import { AppError, type AppErrorCode, DatabaseUnavailableError } from '../../domain/errors.ts';
import { requestLogger } from '../../http/request-context.ts';
import type { Logger } from '../../observability/logger.ts';
import { failureBody, sendJson } from './envelope.ts';
import { type Failure, meteorError, plainError, RocketChatError } from './errors.ts';

/** Whether Rocket.Chat throws the error as a plain one (its text alone) or as a Meteor error (text and code). */
const forms: Record<AppErrorCode, 'plain' | 'meteor'> = {
  'error-contact-manager-not-found': 'meteor',
  'error-invalid-contact-data': 'meteor',
  'error-invalid-contact-manager': 'meteor',
  'error-invalid-custom-field-value': 'plain',
  'error-invalid-department': 'plain',
  'error-invalid-token': 'meteor',
  'error-livechat-visitor-registration': 'meteor',
  'invalid-custom-field': 'plain',
  'error-action-not-allowed': 'meteor',
  'error-field-unavailable': 'meteor',
  'error-input-is-not-a-valid-field': 'meteor',
  'error-invalid-email': 'meteor',
  'error-invalid-permission': 'meteor',
  'error-invalid-role': 'meteor',
  'error-invalid-setting-value': 'meteor',
  'error-invalid-status': 'meteor',
  'error-invalid-user': 'meteor',
  'error-status-not-allowed': 'meteor',
  'error-user-deactivated': 'plain',
  'invalid-room': 'plain',
  'invalid-token': 'plain',
  'missing-required-custom-fields': 'plain',
  'system-user-missing': 'plain',
  'visitor-has-open-rooms': 'meteor',
  'visitor-not-found': 'plain',
};

export interface ErrorHandlerOptions {
  readonly logger: Logger;
  /** Whether stacks are shown, as Rocket.Chat does in TEST_MODE. */
  readonly showStacks: boolean;
  /** Tells an outage of the database from a fault of the service. */
  readonly isDatabaseUnavailable: (error: unknown) => boolean;
}

/** Renders every error in Rocket.Chat's failure envelope. What nobody foresaw is a bare 500 and one line in the log. */
export function errorHandler(options: ErrorHandlerOptions): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    if (res.headersSent) return next(error);
    const failure = failureOf(error, options);
    const stack =
      options.showStacks && error instanceof Error && failure.status === 400 ? error.stack : undefined;
    sendJson(res, failure.status, failureBody(failure, stack));
  };
}

function failureOf(error: unknown, { logger, isDatabaseUnavailable }: ErrorHandlerOptions): Failure {
  if (error instanceof RocketChatError) return error.failure;
  if (error instanceof AppError) return appFailure(error);
  if (error instanceof DatabaseUnavailableError || isDatabaseUnavailable(error)) {
    requestLogger(logger).warn({ err: error }, 'the database is unavailable');
    return { status: 503, error: 'Service Unavailable' };
  }
  const refused = httpFailure(error);
  if (refused) return refused;
  requestLogger(logger).error({ err: error }, 'unexpected error');
  return { status: 500, error: 'Internal server error' };
}

function appFailure(error: AppError): Failure {
  if (forms[error.code] === 'plain') return plainError(error.reason ?? error.code).failure;
  return meteorError(error.code, error.reason, error.details).failure;
}

/** What Express itself refuses: an oversized body, an unknown encoding, a malformed path, an aborted upload. */
function httpFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  const { status } = error;
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  return { status, error: `${error.message} [invalid-request]`, errorType: 'invalid-request' };
}

/** Unknown paths and methods get the plain text of Rocket.Chat 8's router. */
export const notFoundHandler: RequestHandler = (_req, res) => {
  res.statusCode = 404;
  res.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  res.end('404 Not Found');
};
