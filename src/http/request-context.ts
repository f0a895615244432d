import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Logger } from '../observability/logger.ts';

const acceptableId = /^[\w.-]{1,128}$/;

/**
 * Gives every request an id, a proxy's `X-Request-Id` where it is sane. It goes with the answer rather than with an
 * AsyncLocalStorage, which on Node 20 makes every promise of every request dearer.
 */
export function requestContext(): RequestHandler {
  return (req, res, next) => {
    const given = req.headers['x-request-id'];
    const requestId = typeof given === 'string' && acceptableId.test(given) ? given : randomUUID();
    res.locals.requestId = requestId;
    res.setHeader('X-Request-Id', requestId);
    next();
  };
}

/** A logger that writes the request's id on each line. */
export const requestLogger = (res: Response, logger: Logger): Logger =>
  logger.child({ requestId: res.locals.requestId });
