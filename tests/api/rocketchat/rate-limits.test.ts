import type { Response } from 'supertest';
import { clientOf } from '../../support/accounts.ts';
import { type ApiClient, apiClient } from '../../support/client.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { insertUser } from '../../support/users.ts';

const pageInfo = { change: 'url', title: 'Cart', location: { href: 'https://shop.example/cart' } };
const limited = { TEST_MODE: 'false', HTTP_FORWARDED_COUNT: '1' };
const slowDown =
  /^Error, too many requests\. Please slow down\. You must wait \d+ seconds before trying this endpoint again\. \[error-too-many-requests\]$/;

async function times<T>(count: number, call: () => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (let i = 0; i < count; i += 1) answers.push(await call());
  return answers;
}
const admitted = (answers: Response[]) => answers.filter(({ status }) => status !== 429).length;

describe('rate limits', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService(limited);
  });
  afterAll(() => service.stop());
  const from = (ip: string, of: TestService = service): ApiClient => apiClient(of.app, { 'X-Real-IP': ip });
  const view = (client: ApiClient, token: string) =>
    client.post('livechat/page.visited', { token, pageInfo });

  it('allow ten calls per minute to an endpoint by default, and say so', async () => {
    const client = from('10.0.0.1');
    const before = Date.now();
    const logins = await times(11, () => client.post('login', { user: 'nobody', password: 'x' }));
    expect(logins.map(({ headers }) => headers['x-ratelimit-remaining'])).toEqual([
      '9',
      '8',
      '7',
      '6',
      '5',
      '4',
      '3',
      '2',
      '1',
      '0',
      '0',
    ]);
    const [last] = logins.slice(-1);
    expect(last?.status).toBe(429);
    expect(last?.body).toEqual({ success: false, error: expect.stringMatching(slowDown) });
    expect(last?.headers['x-ratelimit-limit']).toBe('10');
    const reset = Number(last?.headers['x-ratelimit-reset']);
    expect(reset).toBeGreaterThanOrEqual(before + 60_000);
    expect(reset).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  it('allow five registrations and, separately, five requests for a room per minute', async () => {
    const client = from('10.0.0.8');
    const visitors = await times(6, () => client.post('livechat/visitor', { visitor: { token: 'keen' } }));
    const rooms = await times(6, () => client.get('livechat/room', { token: 'nobody' }));
    expect(visitors.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(rooms.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 429]);
    for (const { headers } of [...visitors, ...rooms]) expect(headers['x-ratelimit-limit']).toBe('5');
    expect((await client.get('livechat/visitor/keen')).status).toBe(200);
  });

  it('let a sixth person behind one office address register and chat', async () => {
    const office = from('10.0.1.1');
    for (let person = 1; person <= 12; person += 1) {
      const visitor = { token: `colleague-${person}` };
      const answer = await office.post('livechat/visitor', { visitor });
      expect([answer.status, answer.headers['x-ratelimit-remaining']]).toEqual([200, '4']);
      const { status } = await office.get('livechat/room', visitor);
      expect(status).not.toBe(429);
    }
  });

  it('let a visitor ask every two seconds what is new', async () => {
    const client = from('10.0.1.2');
    const ask = () => client.get('livechat/messages.history/any', { token: 'waiting' });
    expect(admitted(await times(30, ask))).toBe(30);
  });

  it('do not apply to methods', async () => {
    const client = from('10.0.0.9').as(await insertUser(service));
    const message = JSON.stringify({ msg: 'method', id: '1', method: 'sendMessage', params: [{}] });
    const calls = await times(12, () => client.post('method.call/sendMessage', { message }));
    expect(admitted(calls)).toBe(12);
    expect(calls[0]?.headers).not.toHaveProperty('x-ratelimit-limit');
  });

  it('apply to each address separately', async () => {
    await times(11, () => from('10.0.0.2').post('login', { user: 'nobody', password: 'x' }));
    expect((await from('10.0.0.3').post('login', { user: 'nobody', password: 'x' })).status).toBe(401);
  });

  it('let each visitor view 120 pages per minute', async () => {
    const client = from('10.0.0.4');
    const answers = await Promise.all(Array.from({ length: 125 }, () => view(client, 'eager')));
    expect(admitted(answers)).toBe(120);
    expect(answers[0]?.headers['x-ratelimit-limit']).toBe('120');
    expect((await view(client, 'calm')).status).toBe(200);
    expect((await view(from('10.0.0.5'), 'eager')).status).toBe(200);
  });

  describe('of addresses', () => {
    let strict: TestService;
    beforeAll(async () => {
      strict = await startTestService({
        ...limited,
        OVERWRITE_SETTING_Foyer_Rate_Limiter_Visitor_Calls: '4',
        OVERWRITE_SETTING_Foyer_Rate_Limiter_Visitor_Bytes: '2000',
        OVERWRITE_SETTING_Foyer_Rate_Limiter_Visitors_Per_Address: '2',
      });
    });
    afterAll(() => strict.stop());
    let tokens = 0;
    const newToken = () => {
      tokens += 1;
      return `made-up-${tokens}`;
    };
    const left = ({ headers }: Response) => [headers['x-ratelimit-limit'], headers['x-ratelimit-remaining']];
    const leaveMessage = (client: ApiClient, token: string) => {
      const form = { name: 'Ann', email: 'ann@example.org', message: 'Call me' };
      return client.post('livechat/offline.message', { ...form, token });
    };
    const longView = (client: ApiClient, token: string) =>
      client.post('livechat/page.visited', { token, pageInfo: { ...pageInfo, title: 'T'.repeat(880) } });

    it('hold whatever tokens are made up, and the tighter limit is shown', async () => {
      const client = from('10.0.2.1', strict);
      const answers = await times(9, () => view(client, newToken()));
      expect(answers.map(left)).toEqual([
        ...Array.from({ length: 5 }, () => ['4', '3']),
        ['8', '2'],
        ['8', '1'],
        ['8', '0'],
        ['8', '0'],
      ]);
      expect(admitted(answers)).toBe(8);
      expect((await client.get('livechat/visitor/nobody')).status).toBe(400);
      expect((await view(from('10.0.2.2', strict), newToken())).status).toBe(200);
    });

    it('are per minute where a visitor may call every few seconds', async () => {
      const client = from('10.0.2.5', strict);
      const answers = await times(3, () => leaveMessage(client, newToken()));
      expect(admitted(answers)).toBe(2);
      expect(Number(answers[2]?.headers['x-ratelimit-reset'])).toBeGreaterThan(Date.now() + 10_000);
    });

    it('and those of visitors hold in bytes, over all operations that bring any', async () => {
      const client = from('10.0.2.3', strict);
      const ofOne = await times(2, () => longView(client, 'talkative'));
      expect(ofOne.map(({ status }) => status)).toEqual([200, 200]);
      const third = await client.post('livechat/message', { token: 'talkative', rid: 'any', msg: 'Hello?' });
      expect([third.status, ...left(third)]).toEqual([429, '4', '0']);
      expect(third.body.error).toMatch(slowDown);
      // Another operation's shorter limit in calls does not let the bytes be forgotten.
      expect((await leaveMessage(client, 'talkative')).status).toBe(429);
      expect((await client.get('livechat/visitor/talkative')).status).toBe(400);
      // The address may send as much as two visitors.
      expect((await longView(client, newToken())).status).toBe(200);
      expect((await longView(client, newToken())).status).toBe(429);
      expect((await longView(from('10.0.2.4', strict), newToken())).status).toBe(200);
    });
  });

  it('do not apply to users who may bypass them', async () => {
    const admin = await clientOf(service.app);
    const answers = await times(12, () => admin.post('login', { user: 'nobody', password: 'x' }));
    expect(admitted(answers)).toBe(12);
    expect(answers[0]?.headers).not.toHaveProperty('x-ratelimit-limit');
  });

  it('can be disabled, and changed', async () => {
    const off = await startTestService({ ...limited, OVERWRITE_SETTING_API_Enable_Rate_Limiter: 'false' });
    const two = await startTestService({
      ...limited,
      OVERWRITE_SETTING_Foyer_Rate_Limiter_Visitor_Calls: '2',
    });
    try {
      const answer = await view(from('10.0.0.6', off), 'any');
      expect(answer.headers).not.toHaveProperty('x-ratelimit-limit');
      expect(admitted(await times(3, () => view(from('10.0.0.6', two), 'any')))).toBe(2);
    } finally {
      await Promise.all([off.stop(), two.stop()]);
    }
  });

  it('apply across instances on one database, give or take what comes in during an update', async () => {
    const other = await startTestService({ ...limited, MONGO_URL: service.mongoUrl });
    try {
      const [here, there] = [from('10.0.0.7'), from('10.0.0.7', other)];
      const answers: Response[] = [];
      for (let i = 0; i < 20; i += 1) {
        for (const client of [here, there])
          answers.push(await client.post('login', { user: 'nobody', password: 'x' }));
      }
      // Alone, each would admit ten. An update takes as long as the database does.
      expect(admitted(answers)).toBeGreaterThanOrEqual(10);
      expect(admitted(answers)).toBeLessThan(20);
    } finally {
      await other.stop();
    }
  });

  it('store neither addresses nor tokens in the database, and expire', async () => {
    const documents = await service.db.collection('foyer_rate_limits').find().toArray();
    expect(documents.length).toBeGreaterThan(0);
    for (const document of documents) {
      expect(document.expire).toBeInstanceOf(Date);
      expect(JSON.stringify(document)).not.toMatch(/10\.0\.0\.|eager/);
    }
  });
});
