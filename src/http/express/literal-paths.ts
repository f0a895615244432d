import type { RequestHandler } from 'express';
import type { Route } from './mount-dialect.ts';

/**
 * Goes straight to the routes that have no path parameters, which a router would try one after the other. Everything
 * else is left to the routers.
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
