import request from 'supertest';
import { startTestService, type TestService } from '../../support/service.ts';

const path = '/api/v1/livechat/page.visited';
const allowedHeaders =
  'Origin, X-Requested-With, Content-Type, Accept, X-User-Id, X-Auth-Token, x-visitor-token, Authorization';

describe('requests from other origins', () => {
  const services: TestService[] = [];
  const start = async (settings: Record<string, string> = {}) => {
    const entries = Object.entries(settings).map(([id, value]) => [`OVERWRITE_SETTING_${id}`, value]);
    const service = await startTestService(Object.fromEntries(entries));
    services.push(service);
    return service.app;
  };
  afterAll(() => Promise.all(services.map((service) => service.stop())));

  it('may read every answer, even failures and unknown paths', async () => {
    const app = await start();
    for (const answer of [
      await request(app).get('/api/info').set('Origin', 'https://shop.example'),
      await request(app).post(path).send({}),
      await request(app).get('/api/v1/nothing'),
    ]) {
      expect(answer.headers['access-control-allow-origin']).toBe('*');
      expect(answer.headers['access-control-allow-headers']).toBe(allowedHeaders);
    }
  });

  it('may read why a body was refused unread', async () => {
    const app = await start();
    for (const [status, headers] of [
      [413, { 'Content-Length': '2000000' }],
      [415, { 'Content-Encoding': 'zip' }],
      [400, { 'Content-Encoding': 'gzip' }],
    ] as const) {
      const answer = await request(app).post(path).set(headers).send('x');
      expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([status, '*']);
    }
  });

  it('are refused at their preflight, unless the setting allows them', async () => {
    const app = await start();
    const answer = await request(app).options(path).set('Origin', 'https://shop.example');
    expect(answer.status).toBe(405);
    expect(answer.text).toBe('CORS not enabled. Go to "Admin > General > REST Api" to enable it.');
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('get an empty answer to an OPTIONS that is no preflight', async () => {
    const answer = await request(await start()).options(path);
    expect([answer.status, answer.text]).toEqual([200, '']);
  });

  it('may come from everywhere with API_CORS_Origin *', async () => {
    const app = await start({ API_Enable_CORS: 'true' });
    const answer = await request(app).options(path).set('Origin', 'https://shop.example');
    expect([answer.status, answer.text]).toEqual([200, 'OK']);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST, PUT, DELETE, HEAD, PATCH',
      'access-control-allow-headers': allowedHeaders,
    });
  });

  it('may only come from listed origins, if there is a list', async () => {
    const list = ' https://Shop.example , https://blog.example';
    const app = await start({ API_Enable_CORS: 'true', API_CORS_Origin: list });
    const listed = await request(app).options(path).set('Origin', 'https://shop.example');
    expect([listed.status, listed.text]).toEqual([200, 'OK']);
    expect(listed.headers).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
      vary: 'Origin',
    });
    const other = await request(app).options(path).set('Origin', 'https://other.example');
    expect([other.status, other.text]).toEqual([403, 'Invalid origin']);
    expect(other.headers).not.toHaveProperty('access-control-allow-origin');
  });
});
