import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { withRequestId } from '../observability/request-id.ts';

const acceptableId = /^[\w.-]{1,128}$/;

/** Gives every request an id, the proxy's `X-Request-Id` if it is sane; the answer and every log line carry it. */
export function requestContext(): RequestHandler {
  return (req, res, next) => {
    const given = req.headers['x-request-id'];
    const requestId = typeof given === 'string' && acceptableId.test(given) ? given : randomUUID();
    res.setHeader('X-Request-Id', requestId);
    withRequestId(requestId, next);
  };
}
