import request from 'supertest';
import { logIn } from '../../support/accounts.ts';
import { headersOf } from '../../support/client.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { insertUser } from '../../support/users.ts';

describe('GET /api/info', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  it('tells anyone which version the service follows', async () => {
    const answer = await request(service.app).get('/api/info').expect(200);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.body).toEqual({ version: '8.8', success: true });
  });

  it('tells the whole version to users who may view statistics', async () => {
    const ask = (headers: Record<string, string>) => request(service.app).get('/api/info').set(headers);
    const admin = await ask(headersOf(await logIn(service.app)));
    expect(admin.body).toEqual({ version: '8.8.1', info: { version: '8.8.1' }, success: true });
    const other = await ask(headersOf(await insertUser(service)));
    expect(other.body).toEqual({ version: '8.8', success: true });
    const wrong = await ask({ 'X-Auth-Token': 'wrong', 'X-User-Id': 'wrong' });
    expect([wrong.status, wrong.body.version]).toEqual([200, '8.8']);
  });

  it("answers an unknown path with the router's plain text", async () => {
    const answer = await request(service.app).get('/api/v1/nothing').expect(404);
    expect(answer.text).toBe('404 Not Found');
    expect(answer.headers['content-type']).toBe('text/plain; charset=UTF-8');
  });
});
