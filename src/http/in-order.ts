import type { NextFunction, RequestHandler } from 'express';

/** Handlers one after the other as a single one, so that Express looks at a request's address once for all of them. */
export const inOrder =
  (...handlers: readonly RequestHandler[]): RequestHandler =>
  (req, res, next) => {
    const runFrom = (index: number): void => {
      const handler = handlers[index];
      if (handler === undefined) {
        next();
        return;
      }
      const goOn: NextFunction = (error?: unknown) =>
        error === undefined ? runFrom(index + 1) : next(error);
      // A handler may have been come to asynchronously, where nobody else would catch what it throws.
      try {
        const result: unknown = handler(req, res, goOn);
        if (result instanceof Promise) result.catch(next);
      } catch (error) {
        next(error);
      }
    };
    runFrom(0);
  };
