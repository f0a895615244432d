import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { inOrder } from '../../src/http/in-order.ts';

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
  const throws: RequestHandler = () => {
    throw new Error('thrown');
  };
  beforeEach(() => {
    seen.length = 0;
  });

  it('are each come to when the one before is done', async () => {
    expect(await run(sees('first'), waits, sees('second'))).toBeUndefined();
    expect(seen).toEqual(['first', 'second']);
  });

  it.each<[string, RequestHandler]>([
    ['throws', throws],
    ['rejects', async () => Promise.reject(new Error('thrown'))],
    ['hands an error on', (_req, _res, next) => next(new Error('thrown'))],
  ])('end with the error of one that %s, also after waiting', async (_what, fails) => {
    expect(await run(fails, sees('later'))).toEqual(new Error('thrown'));
    expect(await run(waits, fails, sees('later'))).toEqual(new Error('thrown'));
    expect(seen).toEqual([]);
  });
});
