import type { Request } from 'express';
import { clientAddress } from '../../src/http/client-address.ts';

const requestWith = (headers: Readonly<Record<string, string>>): Request => {
  const request: Partial<Request> = {
    get: ((name: string) => headers[name]) as Request['get'],
    socket: { remoteAddress: '10.0.0.9' } as Request['socket'],
  };
  return request as Request;
};

describe("the client's address", () => {
  const forwarded = { 'x-forwarded-for': '6.6.6.6, 203.0.113.7, 10.0.0.1' };

  it.each([
    ["is the socket's without a proxy, whatever is claimed", forwarded, 0, '10.0.0.9'],
    ['is what the one trusted proxy has added', forwarded, 1, '10.0.0.1'],
    ['is what the first of two trusted proxies has added', forwarded, 2, '203.0.113.7'],
    ["is the socket's where there were fewer hops than trusted proxies", forwarded, 4, '10.0.0.9'],
    ['is X-Real-IP where a proxy sets that', { 'x-real-ip': '203.0.113.8' }, 0, '203.0.113.8'],
    [
      'is the forwarded one rather than X-Real-IP behind trusted proxies',
      { ...forwarded, 'x-real-ip': '203.0.113.8' },
      2,
      '203.0.113.7',
    ],
  ])('%s', (_story, headers, forwardedCount, address) => {
    expect(clientAddress(requestWith(headers), forwardedCount)).toBe(address);
  });
});
