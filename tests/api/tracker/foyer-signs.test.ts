import request from 'supertest';
import { listPaths, listPresent } from '../../../src/domain/visits/present-visitors.ts';
import { checked } from '../../support/client.ts';
import { freshDatabaseUrl, startTestService } from '../../support/service.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { useService } from '../../support/use-service.ts';
import { unique } from '../../support/visitors.ts';

const shop = 'https://shop.example';
// Far ahead: by its own clock, the database removes what is old.
let now = new Date('2096-01-31T10:00:00Z');
const pass = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000);
};
const { service } = useService(
  { OVERWRITE_SETTING_Livechat_AllowedDomainsList: `${shop}, blog.example` },
  { clock: () => now },
);

interface Sent {
  readonly origin?: string;
  readonly userAgent?: string;
}

/** Sends a sign as browsers do: as plain text. */
const send = (
  sign: object,
  { origin = shop, userAgent = 'Mozilla/5.0 (X11; Linux) Firefox/120.0' }: Sent = {},
) =>
  checked(
    request(service.app)
      .post('/foyer/signs')
      .set({ Origin: origin, 'User-Agent': userAgent, 'Content-Type': 'text/plain;charset=UTF-8' })
      .send(JSON.stringify({ key: '1', ...sign })),
  );

const page = (token: string, given: object = {}) => ({
  token,
  type: 'page',
  url: `${shop}/hats`,
  title: 'Hats',
  ...given,
});

/** The visitor with the token, if present. */
async function present(token: string) {
  return (await listPresent(service.deps, {})).find(({ record }) => record.tokens.includes(token));
}

describe('what the tracker tells', () => {
  it('leads to the department whose number the page has, as long as the visitor has none', async () => {
    const given = await service.deps.publicIds.give('group', [{ id: 'sales' }]);
    const group = given.get('sales')?.number ?? 0;
    const [known, unknown, none] = [unique('token'), unique('token'), unique('token')];
    await send(page(known, { group }));
    await send(page(unknown, { group: 777 }));
    await send(page(none, { group: 0 }));
    expect((await present(known))?.departmentId).toBe('sales');
    expect((await present(unknown))?.departmentId).toBeUndefined();
    expect((await present(none))?.departmentId).toBeUndefined();
    await send(page(known, { group: 0, url: `${shop}/shoes` }));
    expect((await present(known))?.departmentId).toBeUndefined();
    for (const wrong of ['1', -1, 1.5, 1e9, [1], {}])
      expect((await send(page(known, { group: wrong }))).status).toBe(400);
  });

  it('is a visit, with what led there and what the browser says of itself', async () => {
    const token = unique('token');

    const answer = await send(
      page(token, {
        referrer: 'https://search.example/?q=hats',
        platform: 'Linux x86_64',
        language: 'en-GB',
        timezone: 'Europe/London',
        variables: [{ key: 'plan', value: 'gold' }],
      }),
    );

    expect(answer.headers['access-control-allow-origin']).toBe(shop);
    const visitor = await present(token);
    expect(visitor).toMatchObject({
      state: 'browsing',
      record: { visits: 1, pageViews: 1, customVariables: [{ key: 'plan', value: 'gold' }] },
      visit: {
        referrer: 'https://search.example/?q=hats',
        landingPage: `${shop}/hats`,
        device: {
          platform: 'Linux x86_64',
          language: 'en',
          timezone: 'Europe/London',
          ip: '',
          userAgent: '',
        },
      },
    });
  });

  it('is in Rocket.Chat’s history, too', async () => {
    const token = unique('token');
    await send(page(token));

    const stored = await service.db.collection('rocketchat_message').findOne({ 'navigation.token': token });

    expect(stored).toMatchObject({ t: 'livechat_navigation_history', msg: `Hats - ${shop}/hats` });
  });

  it('counts for thirty seconds, from the last heartbeat on', async () => {
    const token = unique('token');
    await send(page(token));
    pass(20);
    await send({ token, type: 'heartbeat' });
    pass(29);
    await expect(present(token)).resolves.toBeDefined();
    pass(1);

    await expect(present(token)).resolves.toBeUndefined();
  });

  it('renames the page that is open', async () => {
    const token = unique('token');
    await send(page(token));
    await send({ token, type: 'title', url: `${shop}/hats`, title: 'Hats (2)' });

    await expect(present(token)).resolves.toMatchObject({
      visit: { page: { title: 'Hats (2)' }, pageViews: 1 },
    });
  });

  it.each([
    ['shown', 'invited', { greetingsShown: 1 }],
    ['refused', 'refused invitation', { greetingsShown: 1, greetingsRefused: 1 }],
    ['accepted', 'logging into chat', { greetingsShown: 1, greetingsAccepted: 1 }],
  ] as const)('makes somebody who was greeted (%s) %s', async (outcome, state, counts) => {
    const token = unique('token');
    await send(page(token));
    await send({ token, type: 'greeting', greeting: { name: 'Welcome', outcome: 'shown' } });
    pass(1);
    if (outcome !== 'shown') await send({ token, type: 'greeting', greeting: { name: 'Welcome', outcome } });

    const visitor = await present(token);

    expect(visitor).toMatchObject({
      state,
      record: counts,
      visit: { greeting: { name: 'Welcome', outcome } },
    });
    const paths = visitor && (await listPaths(service.deps, [visitor]));
    expect(paths?.get(visitor?.visit._id ?? '')).toMatchObject([{ greeting: 'Welcome' }]);
  });

  it('makes nobody a visitor who is a robot', async () => {
    const token = unique('token');
    const googlebot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

    expect((await send(page(token), { userAgent: googlebot })).status).toBe(200);

    await expect(present(token)).resolves.toBeUndefined();
  });

  it('is refused from a site that is not on the list', async () => {
    const answer = await send(page(unique('token')), { origin: 'https://elsewhere.example' });

    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([403, undefined]);
    expect((await send(page(unique('token')), { origin: 'http://blog.example:8080' })).status).toBe(200);
  });

  it('is refused with the number of another service', async () => {
    const answer = await send({ ...page(unique('token')), key: '2' });

    expect([answer.status, answer.text]).toEqual([403, 'data-key is not the licence number of this service']);
  });

  it.each([
    ['without a token', { token: undefined }, '"token" is not as expected'],
    ['with a token that is no text', { token: { $ne: '' } }, '"token" is not as expected'],
    ['of an unknown type', { type: 'purchase' }, '"type" is not as expected'],
    ['of a page without an address', { url: undefined }, '"url" is not as expected'],
    [
      'with a title that is too long',
      { title: 'x'.repeat(4_097) },
      '"title" must NOT have more than 4096 characters',
    ],
    ['with variables that are not a list', { variables: { plan: 'gold' } }, '"variables" is not as expected'],
    [
      'of a greeting without a name',
      { type: 'greeting', greeting: { outcome: 'shown' } },
      '"greeting.name" is not as expected',
    ],
  ])('is refused %s', async (_what, given, sentence) => {
    const answer = await send(page(unique('token'), given));

    expect([answer.status, answer.text]).toEqual([400, sentence]);
  });

  it('is refused with 9,000 variables, each of which would take too long to look at', async () => {
    const answer = await send(page(unique('token'), { variables: Array(9_000).fill({}) }));
    expect([answer.status, answer.text]).toEqual([400, '"variables" is not as expected']);
  });

  it('is refused if it is not JSON', async () => {
    const answer = await checked(
      request(service.app).post('/foyer/signs').set('Content-Type', 'text/plain').send('hello'),
    );

    expect([answer.status, answer.text]).toEqual([400, 'The request body is not valid JSON']);
  });

  it('is refused if it is too large, or encoded in a way that nobody knows', async () => {
    const post = () => request(service.app).post('/foyer/signs').set('Content-Type', 'text/plain');

    expect((await checked(post().send('x'.repeat(1024 * 1024 + 1)))).status).toBe(413);
    expect((await checked(post().set('Content-Encoding', 'zip').send('x'))).status).toBe(415);
  });

  it('lets a browser that asks beforehand know that it may send', async () => {
    const answer = await request(service.app).options('/foyer/signs').set('Origin', shop);

    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': shop,
      'access-control-allow-methods': 'GET, POST',
    });
  });
});

describe('a flood of signs', () => {
  const limited = useService({ TEST_MODE: '', OVERWRITE_SETTING_Foyer_Rate_Limiter_Visitor_Calls: '1' });

  it('is refused beyond what a visitor may do', async () => {
    const flood = () =>
      checked(
        request(limited.service.app)
          .post('/foyer/signs')
          .set('Content-Type', 'application/json')
          .send({ key: '1', token: 'flood', type: 'heartbeat' }),
      );
    await flood();

    expect((await flood()).status).toBe(429);
  });
});

describe('while the database is unreachable', () => {
  it('a page is not taken, since it could not be kept', async () => {
    const proxy = await startTcpProxy(freshDatabaseUrl());
    const other = await startTestService({ MONGO_URL: proxy.url });
    proxy.takeAway('refusing');
    const answer = await checked(
      request(other.app)
        .post('/foyer/signs')
        .set('Content-Type', 'application/json')
        .send({ key: '1', ...page(unique('token')) }),
    );
    proxy.bringBack();
    await other.db.dropDatabase();
    await other.stop();
    await proxy.stop();

    expect(answer.status).toBe(503);
  });
});
