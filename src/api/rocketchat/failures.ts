import { AppError, type AppErrorCode } from '../../domain/errors.ts';
import type { Exchange } from '../../http/dialect.ts';
import type { DialectError, Failure } from '../../http/failure.ts';
import { failureBody, sendJson } from './envelope.ts';
import { meteorError, plainError, RocketChatError, type RocketChatFailure } from './errors.ts';
import { tooManyRequests } from './limits.ts';

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

/**
 * Sends every failure in Rocket.Chat's envelope.
 * @param showStacks as Rocket.Chat does in TEST_MODE.
 */
export function sendFailure(failure: Failure, { res }: Exchange, showStacks: boolean): void {
  if (failure.kind === 'unknown-path') {
    // The plain text of Rocket.Chat 8's router.
    res.statusCode = 404;
    res.setHeader('Content-Type', 'text/plain; charset=UTF-8');
    res.end('404 Not Found');
    return;
  }
  const told = tell(failure);
  // A failure without a text was returned by the handler, not thrown, and has no stack in Rocket.Chat either.
  const shown = showStacks && told.status === 400 && told.error !== undefined;
  const thrown = 'error' in failure ? failure.error : undefined;
  const stack = shown && thrown instanceof Error ? thrown.stack : undefined;
  sendJson(res, told.status, failureBody(told, stack));
}

function tell(failure: Exclude<Failure, { kind: 'unknown-path' }>): RocketChatFailure {
  switch (failure.kind) {
    case 'refused':
      return refused(failure.error);
    case 'rate-limited':
      return tooManyRequests(failure.quota);
    case 'unreadable': {
      const { status, error } = failure;
      return { status, error: `${error.message} [invalid-request]`, errorType: 'invalid-request' };
    }
    case 'unsuitable-document':
      return { status: 400, error: 'A stored document has another form than this change needs' };
    case 'outage':
      return { status: 503, error: 'Service Unavailable' };
    case 'crash':
      return { status: 500, error: 'Internal server error' };
  }
}

function refused(error: AppError | DialectError): RocketChatFailure {
  if (error instanceof RocketChatError) return error.failure;
  if (!(error instanceof AppError)) return { status: 400, error: error.message };
  if (forms[error.code] === 'plain') return plainError(error.reason ?? error.code).failure;
  if (forms[error.code] === 'returned')
    return { status: 400, error: error.reason ?? error.code, errorType: error.code };
  return meteorError(error.code, error.reason, error.details).failure;
}
