import { AppError } from '../../domain/errors.ts';
import type { Exchange } from '../../http/dialect.ts';
import type { DialectError, Failure } from '../../http/failure.ts';
import { failureBody, sendJson } from './envelope.ts';
import { meteorError, plainError, RocketChatError, type RocketChatFailure } from './errors.ts';
import { tooManyRequests } from './limits.ts';
import { type Refusal, refusalOf } from './refusals.ts';

/**
 * Sends every failure in Rocket.Chat's envelope.
 * @param showStacks as Rocket.Chat does in TEST_MODE.
 */
export function sendFailure(failure: Failure, { res, operationId }: Exchange, showStacks: boolean): void {
  if (failure.kind === 'unknown-path') {
    // The plain text of Rocket.Chat 8's router.
    res.statusCode = 404;
    res.setHeader('Content-Type', 'text/plain; charset=UTF-8');
    res.end('404 Not Found');
    return;
  }
  const answer = answerTo(failure, operationId);
  // A failure without a text was returned by the handler, not thrown, and has no stack in Rocket.Chat either.
  const shown = showStacks && answer.status === 400 && answer.error !== undefined;
  const thrown = 'error' in failure ? failure.error : undefined;
  const stack = shown && thrown instanceof Error ? thrown.stack : undefined;
  sendJson(res, answer.status, failureBody(answer, stack));
}

function answerTo(
  failure: Exclude<Failure, { kind: 'unknown-path' }>,
  operationId: string | undefined,
): RocketChatFailure {
  switch (failure.kind) {
    case 'refused':
      return answerToRefusal(failure.error, operationId);
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

function answerToRefusal(error: AppError | DialectError, operationId: string | undefined): RocketChatFailure {
  if (error instanceof AppError) return answerInForm(refusalOf(operationId, error));
  return error instanceof RocketChatError ? error.failure : plainError(error.message).failure;
}

function answerInForm({ form, code, reason, details }: Refusal): RocketChatFailure {
  switch (form) {
    case 'plain':
      return plainError(reason ?? code).failure;
    case 'meteor':
      return meteorError(code, reason, details).failure;
    case 'returned':
      return { status: 400, error: reason ?? code, errorType: code };
    case 'reason':
      return { status: 400, payload: { reason: code, ...details } };
    case 'forbidden':
      return { status: 403, error: reason ?? code };
    case 'not-found':
      return { status: 404, error: reason ?? code };
  }
}
