import type { Response } from 'express';
import { AppError } from '../../domain/errors.ts';
import type { Failure } from '../../http/failure.ts';
import { sendUncached } from '../../http/send-uncached.ts';
import { errorList, ReveChatError } from './errors.ts';

/** Sends JSON as REVE Chat does. */
export const sendJson = (res: Response, status: number, body: object): void =>
  sendUncached(res, status, 'application/json', JSON.stringify(body));

/** Sends a failure in REVE Chat's two forms: its plain texts are declared as JSON, too. */
export function sendFailure(failure: Failure, res: Response): void {
  const { status, body } = inReveChatsTerms(failure);
  if ([400, 401, 403].includes(status)) res.setHeader('WWW-Authenticate', 'Basic realm="revechat"');
  if (failure.kind === 'rate-limited') res.setHeader('Retry-After', failure.quota.waitSeconds);
  if (typeof body === 'object') {
    sendJson(res, status, body);
    return;
  }
  res.statusCode = status;
  res.setHeader('Content-Type', 'application/json;charset=UTF-8');
  res.end(body);
}

function inReveChatsTerms(failure: Failure): ReveChatError {
  switch (failure.kind) {
    case 'refused':
      if (failure.error instanceof ReveChatError) return failure.error;
      return errorList(400, failure.error instanceof AppError ? failure.error.code : failure.error.message);
    case 'rate-limited': {
      const { limit, waitSeconds } = failure.quota;
      const reason = `More than ${limit} requests in a minute. Please wait ${waitSeconds} seconds.`;
      return errorList(429, reason);
    }
    case 'unreadable':
      return errorList(failure.status, 'The request cannot be read.');
    case 'unsuitable-document':
      return errorList(400, 'A stored document does not have the form that is expected.');
    case 'unknown-path':
      return errorList(404, 'There is no such resource.');
    case 'outage':
      return errorList(503, 'The service is unavailable for the moment. Please try again.');
    case 'crash':
      return errorList(500, 'Something went wrong.');
  }
}
