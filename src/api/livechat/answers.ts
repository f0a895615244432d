import type { Request } from 'express';
import { AppError } from '../../domain/errors.ts';
import type { Exchange } from '../../http/dialect.ts';
import type { Failure } from '../../http/failure.ts';
import { sendUncached } from '../../http/send-uncached.ts';
import { invalid, LiveChatError, notFound, refusalOf } from './errors.ts';

const json = 'application/json; charset=utf-8';

/** A name that a page's script may have given its function, such as `jQuery123_456` or `app.visitors`. */
const functionName = /^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/;
const longestName = 128;

/**
 * The function that JSONP asks for; undefined if none is named.
 * @throws {LiveChatError} 400 for what is no name: it would be run as code on the page.
 */
function callbackOf(req: Request): string | undefined {
  const { callback } = req.query;
  if (callback === undefined || callback === '' || req.method !== 'GET') return undefined;
  if (typeof callback === 'string' && callback.length <= longestName && functionName.test(callback))
    return callback;
  throw invalid('callback must be the name of a function');
}

/** What in JSON is not JavaScript of every age. */
const lineSeparators = /[\u2028\u2029]/g;

/** Sends JSON or, if a `callback` is named, JSONP, which pages of other origins may load. */
export function sendSuccess(body: object, { req, res }: Exchange): void {
  const text = JSON.stringify(body);
  const callback = callbackOf(req);
  if (callback === undefined) {
    sendUncached(res, 200, json, text);
    return;
  }
  res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  const script = text.replace(lineSeparators, (each) => (each === '\u2028' ? '\\u2028' : '\\u2029'));
  sendUncached(res, 200, 'text/javascript; charset=utf-8', `${callback}(${script})`);
}

/** Sends a failure: always an object, which one of the clients needs. */
export function sendFailure(failure: Failure, { res }: Exchange): void {
  if (failure.kind === 'rate-limited') res.setHeader('Retry-After', failure.quota.waitSeconds);
  const { status, body } = inLiveChatsTerms(failure);
  sendUncached(res, status, json, JSON.stringify(body));
}

function inLiveChatsTerms(failure: Failure): LiveChatError {
  switch (failure.kind) {
    case 'refused':
      if (failure.error instanceof LiveChatError) return failure.error;
      return failure.error instanceof AppError
        ? refusalOf(failure.error.code)
        : invalid(failure.error.message);
    case 'rate-limited':
      return new LiveChatError(429, {
        error: `Too many requests. Wait ${failure.quota.waitSeconds} seconds`,
      });
    case 'unreadable':
      return new LiveChatError(failure.status, { errors: ['The request cannot be read'] });
    case 'unsuitable-document':
      return invalid('A stored document does not have the form that is expected');
    case 'unknown-path':
      return notFound();
    case 'outage':
      return new LiveChatError(503, { error: 'The service is unavailable' });
    case 'crash':
      return new LiveChatError(500, { error: 'Internal server error' });
  }
}
