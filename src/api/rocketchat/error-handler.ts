import type { ErrorRequestHandler, RequestHandler } from 'express';
import {
  AppError,
  type AppErrorCode,
  type DatabaseFault,
  DatabaseUnavailableError,
} from '../../domain/errors.ts';
import { requestLogger } from '../../http/request-context.ts';
import type { Logger } from '../../observability/logger.ts';
import { failureBody, sendJson } from './envelope.ts';
import { type Failure, meteorError, plainError, RocketChatError } from './errors.ts';

/**
 * Whether Rocket.Chat throws the error as a plain one (its text alone) or as a Meteor error (text and code), or its
 * handler returns the failure (text, and the code as `errorType`).
 */
const forms: Record<AppErrorCode, 'plain' | 'meteor' | 'returned'> = {
  'error-action-not-allowed': 'meteor',
  'error-agent-status-service-offline': 'meteor',
  'error-comment-is-required': 'plain',
  'error-contact-manager-not-found': 'meteor',
  'error-custom-field-name-already-exists': 'meteor',
  'error-contact-channel-blocked': 'plain',
  'error-failed-to-start-conversation': 'plain',
  'error-field-unavailable': 'meteor',
  'error-input-is-not-a-valid-field': 'meteor',
  'error-inquiry-taken': 'meteor',
  'error-invalid-contact-data': 'meteor',
  'error-invalid-contact-manager': 'meteor',
  'error-invalid-custom-field': 'meteor',
  'error-invalid-custom-field-value': 'plain',
  'error-invalid-department': 'plain',
  'error-invalid-email': 'meteor',
  'error-invalid-params': 'meteor',
  'error-invalid-permission': 'returned',
  'error-invalid-role': 'returned',
  'error-invalid-room': 'plain',
  'error-invalid-setting-value': 'meteor',
  'error-invalid-sort': 'meteor',
  'error-invalid-status': 'meteor',
  'error-invalid-token': 'meteor',
  'error-invalid-user': 'meteor',
  'error-livechat-visitor-registration': 'meteor',
  'error-message-size-exceeded': 'meteor',
  'error-not-allowed': 'plain',
  'error-not-allowed-to-close-conversation': 'plain',
  'error-not-authorized': 'plain',
  'error-not-found': 'meteor',
  'error-omnichannel-is-disabled': 'meteor',
  'error-room-already-closed': 'plain',
  'error-room-cannot-be-closed-try-again': 'plain',
  'error-status-not-allowed': 'meteor',
  'error-tags-must-be-assigned-before-closing-chat': 'plain',
  'error-user-deactivated': 'plain',
  'invalid-custom-field': 'plain',
  'invalid-message': 'plain',
  'invalid-room': 'plain',
  'invalid-token': 'plain',
  'message-length-exceeds-character-limit': 'plain',
  'message-not-own': 'plain',
  'missing-required-custom-fields': 'plain',
  'no-agent-online': 'meteor',
  'not-allowed': 'plain',
  'room-closed': 'plain',
  'system-user-missing': 'plain',
  'visitor-has-open-rooms': 'meteor',
  'visitor-not-found': 'plain',
};

export interface ErrorHandlerOptions {
  readonly logger: Logger;
  /** Whether stacks are shown, as Rocket.Chat does in TEST_MODE. */
  readonly showStacks: boolean;
  /** Tells what the database cannot do from a fault of the service. */
  readonly databaseFaultOf: (error: unknown) => DatabaseFault | undefined;
}

/** Renders every error in Rocket.Chat's failure envelope. What nobody foresaw is a bare 500 and one line in the log. */
export function errorHandler(options: ErrorHandlerOptions): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    if (res.headersSent) return next(error);
    const failure = failureOf(error, { ...options, logger: requestLogger(res, options.logger) });
    // A failure without a text was returned by the handler, not thrown, and has no stack in Rocket.Chat either.
    const shown = options.showStacks && failure.status === 400 && failure.error !== undefined;
    const stack = shown && error instanceof Error ? error.stack : undefined;
    sendJson(res, failure.status, failureBody(failure, stack));
  };
}

function failureOf(error: unknown, { logger, databaseFaultOf }: ErrorHandlerOptions): Failure {
  if (error instanceof RocketChatError) return error.failure;
  if (error instanceof AppError) return appFailure(error);
  const fault = error instanceof DatabaseUnavailableError ? 'unavailable' : databaseFaultOf(error);
  if (fault === 'unavailable') {
    logger.warn({ err: error }, 'the database is unavailable');
    return { status: 503, error: 'Service Unavailable' };
  }
  if (fault === 'unsuitable-document') {
    logger.warn({ err: error }, 'a stored document has another form than a change of it needs');
    return plainError('A stored document has another form than this change needs').failure;
  }
  const refused = httpFailure(error);
  if (refused) return refused;
  logger.error({ err: error }, 'unexpected error');
  return { status: 500, error: 'Internal server error' };
}

function appFailure(error: AppError): Failure {
  if (forms[error.code] === 'plain') return plainError(error.reason ?? error.code).failure;
  if (forms[error.code] === 'returned')
    return { status: 400, error: error.reason ?? error.code, errorType: error.code };
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
