import type { RequestHandler } from 'express';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { currentRequestId, withRequestId } from '../observability/request-id.ts';

/**
 * Logs at debug level, and measures, each request when its connection is done with it: an answer that never arrived is
 * logged as aborted. Addresses hold tokens and search terms; a line names the operation instead.
 */
export function accessLog(logger: Logger, metrics: Pick<Metrics, 'requestDone'>): RequestHandler {
  return (req, res, next) => {
    const startedAt = performance.now();
    const requestId = currentRequestId();
    res.once('close', () => {
      const ms = performance.now() - startedAt;
      const operation: string | undefined = res.locals.operationId;
      metrics.requestDone(operation, res.statusCode, ms);
      // Clients abort whenever they like, so that even these lines would be a way to fill a disk.
      if (!logger.isLevelEnabled('debug')) return;
      const aborted = !res.writableFinished;
      const line = { method: req.method, operation, status: res.statusCode, ms: Math.round(ms * 10) / 10 };
      // A connection closes outside the request's own asynchronous context.
      withRequestId(requestId, () => {
        if (aborted) logger.debug({ ...line, aborted }, 'request aborted');
        else logger.debug(line, 'request');
      });
    });
    next();
  };
}
