import { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import type { Dialect } from '../dialect.ts';
import type { Method } from '../endpoint.ts';
import { answerError, type Serving, serve } from '../serve.ts';
import { inOrder } from './in-order.ts';

/** The address of an endpoint, and its handler. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly handler: RequestHandler;
}

export interface MountedDialect {
  readonly routes: readonly Route[];
  /** The same routes, and the dialect's answers to unknown paths and errors. */
  readonly router: Router;
}

/** Mounts a dialect under the paths that it owns. */
export function mountDialect<Output>(dialect: Dialect<Output>, serving: Serving): MountedDialect {
  const { first, endpoints, owns } = dialect;
  const router = Router({ caseSensitive: true });
  // One by one: Express takes `/` for all paths, but not as part of a list.
  if (first) for (const path of owns) router.use(path, first);
  const routes: Route[] = [];
  for (const endpoint of endpoints) {
    const { method, path } = endpoint;
    const handler = serve(endpoint, dialect, serving);
    router[method](path, handler);
    routes.push({ method, path, handler: first ? inOrder(first, handler) : handler });
  }
  for (const path of owns) router.use(path, unknownPath(dialect));
  router.use(errorsIn(dialect, serving));
  return { routes, router };
}

type FailureWriter = Pick<Dialect<unknown>, 'sendFailure'>;

/** Answers requests whose path or method no endpoint has. */
export const unknownPath =
  (writer: FailureWriter): RequestHandler =>
  (req, res) =>
    writer.sendFailure({ kind: 'unknown-path' }, { req, res, operationId: undefined });

/** Answers what Express itself refuses, such as a path that cannot be decoded. */
export const errorsIn =
  (writer: FailureWriter, serving: Serving): ErrorRequestHandler =>
  (error, req, res, _next) =>
    answerError(error, req, res, writer, serving);
