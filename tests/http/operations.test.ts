import request from 'supertest';
import { apiClient, checked } from '../support/client.ts';
import { startTestService, type TestService, withTestService } from '../support/service.ts';

const pageInfo = { change: 'url', title: 'Cart', location: { href: 'https://shop.example/cart' } };

describe('the routes for operators', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());
  const get = (path: string) => checked(request(service.app).get(path));

  it('tell that the service is alive and ready', async () => {
    expect((await get('/health')).text).toBe('{"status":"ok"}');
    expect((await get('/ready')).text).toBe('{"status":"ok"}');
  });

  it('have figures about requests by operation, the database, the event loop and visitors', async () => {
    const client = apiClient(service.app);
    await client.post('livechat/page.visited', { token: 't', pageInfo });
    await client.post('livechat/page.visited', {});
    await request(service.app).get('/api/v1/secret-token-in-an-unknown-path');
    const { text, headers } = await get('/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const count = 'foyer_http_request_duration_seconds_count';
    expect(text).toContain(`${count}{operation="livechat-page-visited",status="200"} 1`);
    expect(text).toContain(`${count}{operation="livechat-page-visited",status="400"} 1`);
    expect(text).toContain(`${count}{operation="none",status="404"} 1`);
    expect(text).toMatch(/foyer_database_connection_use_seconds_count [1-9]/);
    expect(text).toMatch(/foyer_database_connection_wait_seconds_count [1-9]/);
    expect(text).toMatch(/foyer_event_loop_delay_seconds\{quantile="0\.99"\} \d/);
    expect(text).toContain('foyer_page_views_total 1');
    expect(text).toMatch(/^foyer_searchable_visitors \d+$/m);
    expect(text).toContain('foyer_missing_indexes 0');
    expect(text).toContain('foyer_visitors_registered_total 0');
    expect(text).not.toContain('secret');
  });

  it('are given only to those who know the token, if there is one', () =>
    withTestService({ METRICS_TOKEN: 'scrape-me' }, async ({ app }) => {
      const ask = (authorization?: string) =>
        checked(
          request(app)
            .get('/metrics')
            .set(authorization ? { authorization } : {}),
        );
      for (const wrong of [undefined, 'Bearer scrape', 'Basic scrape-me', 'Bearer scrape-me2']) {
        const refused = await ask(wrong);
        expect([wrong, refused.status, refused.text]).toEqual([wrong, 401, '401 Unauthorized']);
        expect(refused.headers['www-authenticate']).toBe('Bearer realm="metrics"');
      }
      expect((await ask('Bearer scrape-me')).text).toContain('foyer_page_views_total');
    }));

  it('show a page with links to the documentation, health and the README', async () => {
    const { text, headers } = await get('/');
    const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, link]) => String(link));
    expect(links).toEqual(expect.arrayContaining(['docs', 'health', 'docs/README.md']));
    expect(headers['content-security-policy']).toContain("default-src 'self'");
  });

  it('show the documentation with nothing from other hosts and no inline script', async () => {
    const { text, headers } = await get('/docs');
    const parts = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => String(part));
    expect(parts).toHaveLength(4);
    for (const part of parts) {
      expect(part).toMatch(/^docs\//);
      const answer = await request(service.app).get(`/${part}`);
      expect([part, answer.status]).toEqual([part, 200]);
      expect(answer.headers['content-type']).toMatch(/^(text\/(css|javascript)|image\/png)/);
    }
    expect(text).not.toMatch(/<script>/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe-eval|https:|upgrade-insecure/);
    const { text: spec } = await request(service.app).get('/docs/openapi.yaml');
    expect(spec).toContain('openapi: 3.1.0');
  });

  it('give away no other files from the folders', async () => {
    for (const path of ['/docs/package.json', '/docs/..%2fpackage.json', '/docs/../package.json'])
      expect((await request(service.app).get(path)).status).toBe(404);
  });

  it('keep the strict policy and helmet’s headers everywhere else', async () => {
    const { headers } = await request(service.app).get('/api/info');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain("script-src 'self'");
  });
});
