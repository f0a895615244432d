import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { inOrder } from '../../../src/http/express/in-order.ts';

/** Runs the handlers; gives what was handed on after them. */
const run = (...handlers: RequestHandler[]): Promise<unknown> =>
  new Promise((resolve) => {
    inOrder(...handlers)({} as Request, {} as Response, resolve as NextFunction);
  });

describe('handlers in order', () => {
  const seen: string[] = [];
  const sees =
    (name: string): RequestHandler =>
    (_req, _res, next) => {
      seen.push(name);
      next();
    };
  const waits: RequestHandler = (_req, _res, next) => void setImmediate(next);
  beforeEach(() => {
    seen.length = 0;
  });

  it('run one after the other', async () => {
    expect(await run(sees('first'), waits, sees('second'))).toBeUndefined();
    expect(seen).toEqual(['first', 'second']);
  });

  it.each<[string, RequestHandler]>([
    ['rejects', async () => Promise.reject(new Error('thrown'))],
    ['hands an error on', (_req, _res, next) => next(new Error('thrown'))],
  ])('end with the error of one that %s, also after waiting', async (_what, fails) => {
    expect(await run(fails, sees('later'))).toEqual(new Error('thrown'));
    expect(await run(waits, fails, sees('later'))).toEqual(new Error('thrown'));
    expect(seen).toEqual([]);
  });

  it('leave errors to Express, which called them', () => {
    const throws: RequestHandler = () => {
      throw new Error('thrown');
    };
    expect(() => inOrder(sees('first'), throws)({} as Request, {} as Response, () => undefined)).toThrow(
      'thrown',
    );
  });
});
