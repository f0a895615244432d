import type { RequestHandler } from 'express';

/**
 * Combines handlers that continue at once into a single one, so that Express compares a request's path once for all
 * of them.
 */
export const inOrder =
  (...handlers: readonly RequestHandler[]): RequestHandler =>
  (req, res, next) => {
    const runFrom = (index: number): void => {
      const handler = handlers[index];
      if (handler === undefined) {
        next();
        return;
      }
      const result: unknown = handler(req, res, (error?: unknown) =>
        error === undefined ? runFrom(index + 1) : next(error),
      );
      if (result instanceof Promise) result.catch(next);
    };
    runFrom(0);
  };
