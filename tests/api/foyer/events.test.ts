import { logIn } from '../../support/accounts.ts';
import { apiClient, headersOf } from '../../support/client.ts';
import { checkResponse } from '../../support/contract.ts';
import { insertAgent, say, startChat } from '../../support/conversations.ts';
import { foyerClient } from '../../support/foyer.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { unique } from '../../support/visitors.ts';

const path = '/api/foyer/v1/events';
let service: TestService;
let origin: string;
let headers: Readonly<Record<string, string>>;
beforeAll(async () => {
  service = await startTestService();
  origin = `http://127.0.0.1:${(await service.start()).port}`;
  headers = headersOf(await logIn(service.app));
  await insertAgent(service);
});

interface Listening {
  /** Reads until a text has come; gives everything that came so far. */
  until(text: string): Promise<string>;
  /** Reads until the answer ends. */
  end(): Promise<void>;
  leave(): void;
}

async function listen(lastEventId?: string): Promise<Listening> {
  const client = new AbortController();
  const sent = { ...headers, ...(lastEventId ? { 'Last-Event-ID': lastEventId } : {}) };
  const answer = await fetch(`${origin}${path}`, { headers: sent, signal: client.signal });
  const contentType = answer.headers.get('content-type') ?? undefined;
  checkResponse({ method: 'GET', path, status: answer.status, contentType, body: '' });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let received = '';
  return {
    async until(text) {
      while (!received.includes(text)) received += (await reader?.read())?.value ?? '';
      return received;
    },
    async end() {
      while ((await reader?.read())?.done === false);
    },
    leave: () => client.abort(),
  };
}

const idsIn = (text: string): string[] => [...text.matchAll(/^id: (.+)$/gm)].map(([, id = '']) => id);
const anyone = () => apiClient(service.app);

describe('server-sent events', () => {
  it('tell what happens, without tokens, and go on from the last id', async () => {
    const { token, rid } = await startChat(anyone());
    const listening = await listen();
    const first = unique('first');
    await say(anyone(), token, rid, first);
    const received = await listening.until(first);
    expect(received).toMatch(/^retry: 3000\nid: /);
    expect(received).toContain('event: message\ndata: {');
    expect(received).not.toContain(token);
    listening.leave();
    const missed = unique('missed');
    await say(anyone(), token, rid, missed);
    const again = await listen(idsIn(await listening.until('')).at(0));
    expect(await again.until(missed)).toContain(first);
    again.leave();
  });

  it('refuse a place that is none', async () => {
    const foyer = foyerClient(
      () => service.app,
      () => ({ ...headers, 'Last-Event-ID': 'abc' }),
    );
    expect((await foyer.get('events')).body.errors).toMatchObject([{ in: 'header', field: 'Last-Event-ID' }]);
  });

  it('are limited by address, as everything is', async () => {
    const limited = await startTestService({ TEST_MODE: '', OVERWRITE_SETTING_Foyer_Api_Calls: '1' });
    const own = headersOf(await logIn(limited.app));
    const foyer = foyerClient(
      () => limited.app,
      () => ({ ...own, 'Last-Event-ID': 'abc' }),
    );
    expect([(await foyer.get('events')).status, (await foyer.get('events')).status]).toEqual([400, 429]);
    await limited.stop();
  });

  it('end when the service stops', async () => {
    const listening = await listen();
    await listening.until('id: ');
    const begin = performance.now();
    await Promise.all([service.stop(), listening.end()]);
    expect(performance.now() - begin).toBeLessThan(2_400);
  });
});
