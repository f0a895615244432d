import type { RequestHandler } from 'express';
import type { Logger } from '../observability/logger.ts';
import { requestLogger } from './request-context.ts';

/** Logs each request when its connection is done with it: an answer that never arrived is logged as aborted. */
export function accessLog(logger: Logger): RequestHandler {
  return (req, res, next) => {
    const startedAt = performance.now();
    const log = requestLogger(logger);
    res.once('close', () => {
      const ms = Math.round((performance.now() - startedAt) * 10) / 10;
      // The path alone: query strings hold tokens and search terms.
      const line = { method: req.method, path: req.path, status: res.statusCode, ms };
      if (res.writableFinished) log.debug(line, 'request');
      else log.info({ ...line, aborted: true }, 'request aborted');
    });
    next();
  };
}
