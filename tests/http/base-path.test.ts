import { startTestService, type TestService } from '../support/service.ts';
import { openWire, type Wire } from '../support/wire.ts';

describe('a service whose address has a path', () => {
  let service: TestService;
  let wire: Wire;
  beforeAll(async () => {
    service = await startTestService({ ROOT_URL: 'https://example.org/help/chat/' });
    wire = openWire(await service.start());
  });
  afterAll(async () => {
    wire.close();
    await service.stop();
  });
  const get = (path: string) => wire.send({ method: 'GET', path });

  it('answers below that path, with and without parameters in the path', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const body = '{"visitor":{"token":"below"}}';
    const path = '/help/chat/api/v1/livechat/visitor';
    expect((await wire.send({ method: 'POST', path, headers, body })).status).toBe(200);
    const answer = await get(`${path}/below`);
    expect(JSON.parse(answer.text).visitor.token).toBe('below');
    expect((await get('/help/chat/health')).status).toBe(200);
    expect((await get('/help/chat/')).text).toContain('Foyer is running');
    expect((await get('/help/chat/nowhere')).status).toBe(404);
  });

  it('leads from the path alone to its pages, whose links are relative', async () => {
    const { status, headers } = await get('/help/chat');
    expect({ status, to: headers.location }).toEqual({ status: 308, to: '/help/chat/' });
  });

  it('answers without it too, for probes and for proxies that remove it, but not below another', async () => {
    expect((await get('/health')).status).toBe(200);
    expect((await get('/api/info')).status).toBe(200);
    expect((await get('/help/chatter/health')).status).toBe(404);
    expect((await get('/help/health')).status).toBe(404);
  });
});
