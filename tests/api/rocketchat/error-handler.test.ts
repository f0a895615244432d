import express from 'express';
import request from 'supertest';
import { errorHandler } from '../../../src/api/rocketchat/error-handler.ts';
import { requestContext } from '../../../src/http/request-context.ts';
import { logBook } from '../../support/log-book.ts';

describe('an error that nobody foresaw', () => {
  const { lines, logger } = logBook('info');
  const options = { logger, databaseFaultOf: () => undefined };
  /** Asks an application whose only endpoint fails so. */
  const failing = (error: unknown, afterHeaders = false, showStacks = true) => {
    const app = express().use(requestContext());
    app.get('/', (_req, res) => {
      if (afterHeaders) res.write('{"half');
      throw error;
    });
    return request(app.use(errorHandler({ ...options, showStacks })))
      .get('/')
      .set('X-Request-Id', 'req-1');
  };
  beforeEach(() => {
    lines.length = 0;
  });

  it('is answered without a word of what it was, also in TEST_MODE', async () => {
    const { status, text } = await failing(new Error('the secret of the house'));
    expect([status, text]).toEqual([500, '{"success":false,"error":"Internal server error"}']);
  });

  it('is logged once, as an error of this request', async () => {
    await failing(new Error('the secret of the house'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'unexpected error', requestId: 'req-1' });
    expect(lines[0]).toContain('the secret of the house');
  });

  it.each([
    ['no Error', 'thrown text'],
    ['an error that claims a status of its own', Object.assign(new Error('teapot'), { status: 502 })],
    ['one with a status that is none', Object.assign(new Error('teapot'), { status: '404' })],
  ])('may be %s', async (_what, error) => {
    expect((await failing(error)).status).toBe(500);
  });

  it('ends the connection where half of an answer is sent already', async () => {
    await expect(failing(new Error('too late'), true)).rejects.toThrow('aborted');
  });

  it('is told apart from what Express refuses, which is said', async () => {
    const { status, body } = await failing(Object.assign(new Error('too odd'), { status: 418 }));
    expect(status).toBe(418);
    expect(body).toEqual({
      success: false,
      error: 'too odd [invalid-request]',
      errorType: 'invalid-request',
    });
    expect(lines).toEqual([]);
  });
});
