/**
 * The door to what this service does beside Express for speed: handlers in a row as one (`in-order.ts`), endpoints
 * found without the router (`literal-paths.ts`), and prototypes (`prototypes.ts`). ADR 9 says why, and in figures.
 */
import express, { type Express, type RequestHandler } from 'express';
import { parse } from 'qs';
import type { Dialect } from '../dialect.ts';
import { plainText } from '../plain-text.ts';
import type { Serving } from '../serve.ts';
import { inOrder } from './in-order.ts';
import { literalPaths } from './literal-paths.ts';
import { errorsIn, type MountedDialect, mountDialect, unknownPath } from './mount-dialect.ts';

/** What an application consists of. */
export interface ApplicationParts {
  /** What every request meets first, in this order; each goes on at once. */
  readonly first: readonly RequestHandler[];
  /** Dialects and other routers, in the order in which a request meets them. */
  readonly parts: readonly (Dialect<unknown> | RequestHandler)[];
  readonly serving: Serving;
}

/** An Express application; what none of its parts answers is answered as plain text. */
export function createApplication({ first, parts, serving }: ApplicationParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', parseQuery);
  const mounted = parts.map((part) => (typeof part === 'function' ? part : mountDialect(part, serving)));
  const dialects = mounted.filter((part): part is MountedDialect => typeof part !== 'function');
  app.use(inOrder(...first, literalPaths(dialects.flatMap(({ routes }) => routes))));
  for (const part of mounted) app.use(typeof part === 'function' ? part : part.router);
  app.use(unknownPath(plainText));
  app.use(errorsIn(plainText, serving));
  return app;
}

/**
 * As Rocket.Chat: nested brackets, and arrays of up to 500 items.
 * @throws {RangeError} where there is more, so that nothing that was sent is dropped in silence.
 */
const parseQuery = (text: string): unknown => parse(text, { arrayLimit: 500, throwOnLimitExceeded: true });
