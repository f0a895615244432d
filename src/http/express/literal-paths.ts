import type { RequestHandler } from 'express';
import type { Route } from './mount-dialect.ts';

/**
 * Goes straight to the routes that have no path parameters; a router would look for them one after the other. What it
 * does not know, it leaves to the routers.
 */
export function literalPaths(routes: readonly Route[]): RequestHandler {
  const literal = routes.filter(({ path }) => !/[:*{(]/.test(path));
  const known = new Map(
    literal.map(({ method, path, handler }) => [`${method.toUpperCase()} ${path}`, handler]),
  );
  return (req, res, next) => {
    const handler = known.get(`${req.method} ${req.path}`);
    return handler ? handler(req, res, next) : next();
  };
}
