import express, { type Express, type RequestHandler } from 'express';
import { parse } from 'qs';
import { cors } from './api/rocketchat/cors.ts';
import { errorHandler, notFoundHandler } from './api/rocketchat/error-handler.ts';
import { literalPaths, mountEndpoints } from './api/rocketchat/mount.ts';
import type { RateLimiter } from './api/rocketchat/rate-limit.ts';
import { unversionedEndpoints, versionedEndpoints } from './api/rocketchat/routes.ts';
import type { Config } from './config/config.ts';
import type { Dependencies } from './domain/dependencies.ts';
import type { DatabaseFault } from './domain/errors.ts';
import { accessLog } from './http/access-log.ts';
import { inOrder } from './http/in-order.ts';
import { operations } from './http/operations.ts';
import type { OutageDeadline } from './http/outage-deadline.ts';
import { readBody } from './http/request-body.ts';
import { requestContext } from './http/request-context.ts';
import { securityHeaders } from './http/security-headers.ts';
import type { Logger } from './observability/logger.ts';
import type { Metrics } from './observability/metrics.ts';

export interface AppParts {
  readonly config: Config;
  readonly deps: Dependencies;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly rateLimiter: RateLimiter;
  /** Gives up on requests that wait for a database that is away. */
  readonly inTime: OutageDeadline;
  /** Whether requests can be served. */
  readonly isReady: () => Promise<boolean>;
  readonly databaseFaultOf: (error: unknown) => DatabaseFault | undefined;
}

/** The Express application; the order of its lines is the order in which a request meets them. */
export function createApp(parts: AppParts): Express {
  const { config, deps, logger, metrics, rateLimiter, inTime, isReady, databaseFaultOf } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', parseQuery);
  const options = { access: deps.access, rateLimiter, inTime, forwardedCount: config.forwardedCount };
  const versioned = versionedEndpoints(deps);
  app.use(
    inOrder(
      requestContext(),
      accessLog(logger, metrics),
      securityHeaders(),
      cors(deps.settings),
      withBody,
      literalPaths('/api/v1', versioned, options),
    ),
  );
  app.use('/api/v1', mountEndpoints(versioned, options));
  app.use('/api', mountEndpoints(unversionedEndpoints(deps), options));
  app.use(operations({ metrics, isReady }));
  app.use(notFoundHandler);
  app.use(errorHandler({ logger, showStacks: config.testMode, databaseFaultOf }));
  return app;
}

/**
 * As Rocket.Chat: nested brackets, and arrays of up to 500 items.
 * @throws {RangeError} where there is more, so that nothing that was sent is dropped in silence.
 */
const parseQuery = (text: string): unknown => parse(text, { arrayLimit: 500, throwOnLimitExceeded: true });

const withBody: RequestHandler = async (req, _res, next) => {
  req.body = await readBody(req);
  next();
};
