import type { IncomingMessage } from 'node:http';
import express from 'express';
import request from 'supertest';
import { clientAddress, networkOf, warnOfProxyHeaders } from '../../src/http/client-address.ts';
import { logBook } from '../support/log-book.ts';

const requestWith = (headers: Readonly<Record<string, string>>) =>
  ({ headers, socket: { remoteAddress: '10.0.0.9' } }) as unknown as IncomingMessage;

describe("the client's address", () => {
  const forwarded = { 'x-forwarded-for': '6.6.6.6, 203.0.113.7, 10.0.0.1' };

  it.each([
    ["is the socket's without a proxy, whatever is claimed", forwarded, 0, '10.0.0.9'],
    ['is what the one trusted proxy has added', forwarded, 1, '10.0.0.1'],
    ['is what the first of two trusted proxies has added', forwarded, 2, '203.0.113.7'],
    ["is the socket's where there were fewer hops than trusted proxies", forwarded, 4, '10.0.0.9'],
    [
      "is the socket's without a proxy, even if X-Real-IP claims another",
      { 'x-real-ip': '203.0.113.8' },
      0,
      '10.0.0.9',
    ],
    ['is X-Real-IP if a trusted proxy sets that', { 'x-real-ip': '203.0.113.8' }, 1, '203.0.113.8'],
    ['leaves out the port', { 'x-forwarded-for': '203.0.113.7:51234' }, 1, '203.0.113.7'],
    ['leaves out brackets and port', { 'x-forwarded-for': '[2001:db8::7]:443' }, 1, '2001:db8::7'],
    ['is whole, also in IPv6', { 'x-forwarded-for': '2001:db8:1:2:3:4:5:6' }, 1, '2001:db8:1:2:3:4:5:6'],
    [
      "is the socket's if the header holds no address",
      { 'x-forwarded-for': 'x'.repeat(14_000) },
      1,
      '10.0.0.9',
    ],
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

describe('what limits count by', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2::'],
    ['2001:db8:1:3::1', '2001:db8:1:3::'],
    ['unknown', 'unknown'],
  ])('%s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('the warning about proxies', () => {
  it('is given once, when a header arrives that is ignored', async () => {
    const { lines, logger } = logBook('warn');
    const app = express()
      .use(warnOfProxyHeaders(logger))
      .use((_req, res) => void res.end());
    await request(app).get('/');
    expect(lines).toEqual([]);
    await request(app).get('/').set('X-Real-IP', '203.0.113.8');
    await request(app).get('/').set('X-Forwarded-For', '203.0.113.8');
    expect(lines).toEqual([expect.stringContaining('HTTP_FORWARDED_COUNT')]);
  });
});
