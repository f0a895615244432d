import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from '../observability/logger.ts';

interface RequestContext {
  readonly requestId: string;
  readonly logger: Logger;
}

const storage = new AsyncLocalStorage<RequestContext>();
const acceptableId = /^[\w.-]{1,128}$/;

/** Gives every request an id (a proxy's `X-Request-Id` where it is sane) and a logger that writes it on each line. */
export function requestContext(logger: Logger): RequestHandler {
  return (req, res, next) => {
    const given = req.get('x-request-id');
    const requestId = given !== undefined && acceptableId.test(given) ? given : randomUUID();
    res.setHeader('X-Request-Id', requestId);
    storage.run({ requestId, logger: logger.child({ requestId }) }, next);
  };
}

/** The logger of the request that is being served; `fallback` outside of one. */
export const requestLogger = (fallback: Logger): Logger => storage.getStore()?.logger ?? fallback;
