import { clientOf } from '../support/accounts.ts';
import { type ApiClient, apiClient } from '../support/client.ts';
import { insertAgent, manualSelection, say, startChat, take } from '../support/conversations.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { collection } from '../support/visitors.ts';

describe('what the system writes into a conversation', () => {
  let service: TestService;
  let visitor: ApiClient;
  let admin: ApiClient;
  beforeAll(async () => {
    service = await startTestService(manualSelection);
    visitor = apiClient(service.app);
    admin = await clientOf(service.app);
  });
  afterAll(() => service.stop());

  it('has the names of whom it is about, in the form of Rocket.Chat', async () => {
    const agent = await insertAgent(service);
    const { rid, token, visitor: bea } = await startChat(visitor, { name: 'Bea' });
    await take(agent, rid);
    const u = { _id: agent._id, username: agent.username, name: 'Agent Ann' };
    const stored = await collection(service.db, 'message').find({ rid }).sort({ ts: 1 }).toArray();
    const form = { _id: expect.stringMatching(/^[0-9a-f]{24}$/), rid, groupable: false };
    const dates = { ts: expect.any(Date), _updatedAt: expect.any(Date) };
    expect(stored).toEqual([
      {
        ...{ ...form, ...dates, t: 'livechat-started', msg: '', token },
        u: { _id: bea._id, username: bea.username, name: 'Bea' },
      },
      { ...form, ...dates, t: 'command', msg: 'connected', u },
      { ...form, ...dates, t: 'uj', msg: '', u },
    ]);
  });

  it('is left out of the history where the site hides it, and comes back', async () => {
    await insertAgent(service);
    const { rid, token } = await startChat(visitor);
    await say(visitor, token, rid, 'hello');
    const shown = async () => {
      const { body } = await visitor.get(`livechat/messages.history/${rid}`, { token });
      return body.messages.map(({ t, msg }: { t?: string; msg: string }) => t ?? msg);
    };
    expect(await shown()).toEqual(['hello', 'livechat-started']);
    await admin.post('settings/Hide_System_Messages', { value: ['livechat-started', 'uj'] });
    expect(await shown()).toEqual(['hello']);
    await admin.post('settings/Hide_System_Messages', { value: [] });
    expect(await shown()).toEqual(['hello', 'livechat-started']);
  });
});
