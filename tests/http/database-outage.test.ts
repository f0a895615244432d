import request, { type Response } from 'supertest';
import { apiClient } from '../support/client.ts';
import { freshDatabaseUrl, startTestService, type TestService } from '../support/service.ts';
import { type Outage, startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const pageInfo = { change: 'url', title: 'Cart', location: { href: 'https://shop.example/cart' } };
const outageMs = 10_000;
/** The service means two seconds; a busy machine takes its time, and without the deadline it would be thirty. */
const patientMs = 6_000;

async function timed(call: () => Promise<Response>): Promise<{ answer: Response; ms: number }> {
  const startedAt = performance.now();
  const answer = await call();
  return { answer, ms: performance.now() - startedAt };
}

describe.each<Outage>(['refusing', 'hanging'])('a database that is %s for ten seconds', (outage) => {
  let proxy: TcpProxy;
  let service: TestService;
  beforeAll(async () => {
    proxy = await startTcpProxy(freshDatabaseUrl());
    service = await startTestService({ MONGO_URL: proxy.url, LOG_LEVEL: 'silent' });
  });
  afterAll(async () => {
    proxy.bringBack();
    await service.db.dropDatabase();
    await service.stop();
    await proxy.stop();
  });

  it('is answered 503 within two seconds, and works again without a restart', async () => {
    const client = apiClient(service.app);
    const view = (token: string) => client.post('livechat/page.visited', { token, pageInfo });
    const logIn = () => client.post('login', { user: 'nobody', password: 'x' });
    expect((await view('before')).status).toBe(200);

    const until = performance.now() + outageMs;
    proxy.takeAway(outage);
    let refused = 0;
    while (performance.now() < until) {
      const calls = [...Array.from({ length: 20 }, (_, i) => () => view(`lost-${i}`)), logIn];
      for (const { answer, ms } of await Promise.all(calls.map(timed))) {
        expect(answer.status).toBe(503);
        expect(answer.text).toBe('{"success":false,"error":"Service Unavailable"}');
        expect(ms).toBeLessThan(patientMs);
        refused += 1;
      }
      const { answer, ms } = await timed(() =>
        request(service.app)
          .get('/ready')
          .then((it) => it),
      );
      expect(answer.status).toBe(503);
      expect(ms).toBeLessThan(patientMs);
      await request(service.app).get('/health').expect(200, { status: 'ok' });
    }
    expect(refused).toBeGreaterThan(40);

    proxy.bringBack();
    const backAt = performance.now();
    while ((await request(service.app).get('/ready')).status !== 200) {
      expect(performance.now() - backAt).toBeLessThan(2 * patientMs);
    }
    const answers = await Promise.all(Array.from({ length: 20 }, () => view('after')));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const stored = service.db.collection('rocketchat_message');
    expect(await stored.countDocuments({ 'navigation.token': 'after' })).toBe(20);
  }, 40_000);
});
