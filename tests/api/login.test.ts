import { apiClient } from '../support/client.ts';
import { adminUsername, startTestService, type TestService } from '../support/service.ts';

describe('POST login', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  it('gives a token that opens what needs a user', async () => {
    const answer = await apiClient(service.app).post('login', {
      user: adminUsername,
      password: adminUsername,
    });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body)).toEqual(['status', 'data', 'success']);
    expect(answer.body.data.authToken).toMatch(/^[\w-]{43}$/);
    expect(answer.body.data.me).toMatchObject({ username: adminUsername, roles: ['admin'] });
  });
});
