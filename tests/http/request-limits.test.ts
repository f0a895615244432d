import type { Request } from 'express';
import { RateLimitedError } from '../../src/http/failure.ts';
import { RequestLimits } from '../../src/http/request-limits.ts';

const limit = { calls: 10, perMs: 60_000, bytesPerMinute: 5_000 };
const resetAt = new Date(60_000);

/** The limits of a request, with what they have counted, by key. */
function limitsOf(headers: Request['headers'], { method = 'POST', exceeded = '' } = {}) {
  const counted: [string, number][] = [];
  const limits = new RequestLimits({
    req: { method, headers } as Request,
    operationId: 'told',
    caller: { network: '10.0.0.1' },
    rateLimiter: (key, { most }, amount = 1) => {
      counted.push([key, amount]);
      const isExceeded = key === exceeded;
      return { isExceeded, limit: most, remaining: isExceeded ? 0 : most - amount, resetAt, waitSeconds: 7 };
    },
  });
  return { limits, counted };
}

describe('the limits of a request', () => {
  it('count its call and the bytes that it announces for the address, and for the visitor once it is read', () => {
    const { limits, counted } = limitsOf({ 'content-length': '2000' });
    limits.countCall(limit);
    expect(counted.splice(0)).toEqual([
      ['told 10.0.0.1 ', 1],
      ['bytes 10.0.0.1 ', 2_000],
    ]);
    limits.countBody(2_000);
    limits.countVisitor(limit, 'ann');
    expect(counted).toEqual([
      ['told 10.0.0.1 ann', 1],
      ['bytes 10.0.0.1 ann', 2_000],
    ]);
  });

  it.each([
    ['is compressed', { 'content-length': '35' }, 35],
    ['comes in chunks', { 'transfer-encoding': 'chunked' }, 0],
  ])('count what a body has beyond that if it %s', (_what, headers, announced) => {
    const { limits, counted } = limitsOf(headers);
    limits.countCall(limit);
    limits.countBody(2_000);
    expect(counted.slice(1)).toEqual([
      ['bytes 10.0.0.1 ', announced],
      ['bytes 10.0.0.1 ', 2_000 - announced],
    ]);
  });

  it('count no bytes if there is no body, and no more than may be read of one', () => {
    const without = limitsOf({}, { method: 'GET', exceeded: 'bytes 10.0.0.1 ' });
    without.limits.countCall(limit);
    without.limits.countBody(0);
    without.limits.countVisitor(limit, 'ann');
    expect(without.counted.map(([key]) => key)).toEqual(['told 10.0.0.1 ', 'told 10.0.0.1 ann']);
    const endless = limitsOf({ 'content-length': '99999999999' });
    endless.limits.countCall(limit);
    expect(endless.counted[1]).toEqual(['bytes 10.0.0.1 ', 1024 * 1024]);
  });

  it('refuse what exceeds any of them, and leave no call', () => {
    for (const exceeded of ['told 10.0.0.1 ', 'bytes 10.0.0.1 ', 'told 10.0.0.1 ann', 'bytes 10.0.0.1 ann']) {
      const { limits } = limitsOf({ 'content-length': '2000' }, { exceeded });
      const call = () => {
        limits.countCall(limit);
        limits.countBody(2_000);
        limits.countVisitor(limit, 'ann');
      };
      expect(call).toThrow(RateLimitedError);
      expect(limits.tightest).toMatchObject({ limit: 10, remaining: 0 });
    }
  });
});
