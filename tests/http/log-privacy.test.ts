import { MongoServerError } from 'mongodb';
import request from 'supertest';
import { loggedError } from '../../src/observability/logged-error.ts';
import { logBook } from '../support/log-book.ts';
import { startTestService, type TestService } from '../support/service.ts';

const secrets = { token: 'sEcReT-t0ken-of-ann', email: 'ann@example.org', phone: '+49 170 1234567' };

const expectNoSecrets = (text: string) => {
  for (const secret of [...Object.values(secrets), '1701234567', '170 1234567'])
    expect(text).not.toContain(secret);
};

describe('the log', () => {
  const book = logBook();
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({}, { logger: book.logger });
  });
  afterAll(() => service.stop());

  it('contains no token, e-mail address or phone number, wherever a request has them', async () => {
    const { token, email, phone } = secrets;
    const query = { term: email, phone, token };
    const headers = {
      'X-Auth-Token': token,
      'X-User-Id': email,
      Cookie: `rc_token=${token}`,
      Referer: email,
    };
    const calls = [
      request(service.app).get(`/api/v1/livechat/visitor/${token}`).query(query).set(headers),
      request(service.app)
        .get(`/api/v1/${email}/${encodeURIComponent(phone)}`)
        .query(query)
        .set(headers),
      request(service.app)
        .post('/api/v1/livechat/page.visited')
        .set(headers)
        .send({
          token,
          pageInfo: { change: 'url', title: email, location: { href: `https://x.example/?phone=${phone}` } },
        }),
      request(service.app).post('/api/v1/livechat/page.visited').set(headers).send({ token, phone, email }),
      request(service.app).post('/api/v1/login').set(headers).send({ user: email, password: token }),
      request(service.app)
        .post('/api/v1/login')
        .set('Content-Type', 'application/json')
        .send(`{"user":"${email}",oops ${token} ${phone}`),
    ];
    for (const call of calls) await call;
    expect(book.lines.length).toBeGreaterThanOrEqual(calls.length);
    expectNoSecrets(book.lines.join(''));
  });

  it('gives each line about a request its id, the proxy’s if it sent one', async () => {
    await request(service.app)
      .get('/api/info')
      .set('X-Request-Id', 'proxy-17')
      .expect('X-Request-Id', 'proxy-17');
    const line = book.lines.find((each) => each.includes('"proxy-17"'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      requestId: 'proxy-17',
      operation: 'info',
      method: 'GET',
      status: 200,
    });
  });

  it('hides members of a line by their names', () => {
    const { lines, logger } = logBook();
    const { token, email, phone } = secrets;
    logger.info(
      { token, visitor: { token, phone: [{ phoneNumber: phone }], visitorEmails: [email] } },
      'seen',
    );
    expectNoSecrets(lines.join(''));
    expect(lines[0]).toContain('[redacted]');
  });
});

describe('a logged error', () => {
  const { token, email, phone } = secrets;

  it('does not reveal the values of a duplicate key', () => {
    const error = new MongoServerError({
      message: `E11000 duplicate key error collection: foyer.users index: foyer_email dup key: { emails.address: "${email}", p: "${phone}" }`,
      code: 11_000,
      keyPattern: { 'emails.address': 1 },
      keyValue: { 'emails.address': email, token },
    });
    const { lines, logger } = logBook();
    logger.error({ err: error }, 'unexpected error');
    logger.error(error);
    logger.error({ err: new Error('wrapped', { cause: error }) }, 'unexpected error');
    expectNoSecrets(lines.join(''));
    expect(lines.join('')).toContain('foyer_email');
    expect(lines).toHaveLength(3);
  });

  it('says what happened and where, without quoted values', () => {
    const error = new SyntaxError(
      `Unexpected token 'x', "{"a": ${token} ${phone}" is not valid JSON for ${email}`,
    );
    const logged = loggedError(error);
    expectNoSecrets(JSON.stringify(logged));
    expect(logged).toMatchObject({
      type: 'SyntaxError',
      message: expect.stringContaining('Unexpected token'),
    });
    expect(logged.stack).toContain('log-privacy.test');
  });

  it('says nothing about a thrown value that is not an error', () => {
    expect(JSON.stringify(loggedError({ token }))).not.toContain(token);
  });
});
