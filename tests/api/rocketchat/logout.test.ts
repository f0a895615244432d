import { logIn } from '../../support/accounts.ts';
import { type ApiClient, apiClient } from '../../support/client.ts';
import { startTestService, type TestService } from '../../support/service.ts';

describe('logout', () => {
  let service: TestService;
  const said = '{"status":"success","data":{"message":"You\'ve been logged out!"}}';
  const fresh = async (): Promise<ApiClient> => apiClient(service.app).as(await logIn(service.app));

  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  it.each(['post', 'get'] as const)('by %s gives up the token at once', async (method) => {
    const client = await fresh();
    expect((await client.get('me')).status).toBe(200);
    const answer = await client[method]('logout');
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(said);
    expect((await client.get('me')).status).toBe(401);
    expect((await client[method]('logout')).status).toBe(401);
  });

  it('leaves the other logins of the user alone', async () => {
    const [first, second] = [await fresh(), await fresh()];
    await first.post('logout');
    expect((await second.get('me')).status).toBe(200);
  });

  it('logs out once, however many requests arrive at once', async () => {
    const client = await fresh();
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.post('logout')));
    for (const { status } of answers) expect([200, 401]).toContain(status);
    expect(answers.map(({ status }) => status)).toContain(200);
    expect((await client.get('me')).status).toBe(401);
  });

  it('is not undone by requests in progress', async () => {
    const client = await fresh();
    const asking = Array.from({ length: 10 }, () => client.get('me'));
    await client.post('logout');
    await Promise.all(asking);
    expect((await client.get('me')).status).toBe(401);
  });

  it('requires a login', async () => {
    expect((await apiClient(service.app).post('logout')).status).toBe(401);
    expect((await apiClient(service.app).get('logout')).status).toBe(401);
  });
});
