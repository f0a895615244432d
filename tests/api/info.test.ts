import request from 'supertest';
import { startTestService, type TestService } from '../support/service.ts';

describe('GET /api/info', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  it('tells anyone the version whose rules the service follows', async () => {
    const answer = await request(service.app).get('/api/info').expect(200);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.body).toEqual({ version: '8.8', success: true });
  });

  it('answers an unknown path with the plain text of the router', async () => {
    const answer = await request(service.app).get('/api/v1/nothing').expect(404);
    expect(answer.text).toBe('404 Not Found');
    expect(answer.headers['content-type']).toBe('text/plain; charset=UTF-8');
  });
});
