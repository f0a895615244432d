/**
 * The entry to what this service adds to Express for speed: several handlers combined into one (`in-order.ts`),
 * endpoints found without the router (`literal-paths.ts`), and prototypes (`prototypes.ts`). ADR 9 and
 * ADR 11 have the reasons and the figures.
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
  /** Handlers for every request, in this order; each continues at once. */
  readonly first: readonly RequestHandler[];
  /** Dialects and other routers, in the order in which they see a request. */
  readonly parts: readonly (Dialect<unknown> | RequestHandler)[];
  readonly serving: Serving;
}

/** An Express application. Requests that none of its parts answers are answered in plain text. */
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
 * As in Rocket.Chat: nested brackets, and arrays of up to 500 items.
 * @throws {RangeError} with status 400 if there are more, so that nothing is dropped silently.
 */
function parseQuery(text: string): unknown {
  try {
    return parse(text, { arrayLimit: 500, throwOnLimitExceeded: true });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw Object.assign(new RangeError('the query has too many fields', { cause }), { status: 400 });
  }
}
