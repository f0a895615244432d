import { clientOf } from '../../support/accounts.ts';
import { type ApiClient, apiClient } from '../../support/client.ts';
import {
  insertAgent,
  manualSelection,
  say,
  startChat,
  take,
  transcriptOf,
} from '../../support/conversations.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';
import { collection } from '../../support/visitors.ts';

describe("the system's messages in a conversation", () => {
  let service: TestService;
  let visitor: ApiClient;
  let admin: ApiClient;
  beforeAll(async () => {
    service = await startTestService(manualSelection);
    visitor = apiClient(service.app);
    admin = await clientOf(service.app);
  });
  afterAll(() => service.stop());

  it("have the names of the people concerned, in Rocket.Chat's form", async () => {
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

  it('are left out of the history while the site hides them', async () => {
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

describe('the messages about an agent joining', () => {
  let now = new Date();
  const { service, anyone } = useService(manualSelection, { clock: () => now });
  const entrance = ['command:connected', 'uj:'];

  it('come after earlier messages, even if the clock has been set back', async () => {
    const agent = await insertAgent(service);
    const { rid, token } = await startChat(anyone);
    await say(anyone, token, rid, 'Anyone?');
    now = new Date(now.getTime() - 3_600_000);
    await take(agent, rid);
    expect(await transcriptOf(service.db, rid)).toEqual(['livechat-started:', 'Anyone?', ...entrance]);
  });

  it('are written every time, if a Rocket.Chat returns the chat to the queue', async () => {
    const agent = await insertAgent(service);
    const { rid } = await startChat(anyone);
    await take(agent, rid);
    now = new Date(now.getTime() + 60_000);
    await collection(service.db, 'room').updateOne({ _id: rid }, { $unset: { servedBy: 1 } });
    const queued = { $set: { status: 'queued' } };
    await collection(service.db, 'livechat_inquiry').updateOne({ rid }, queued);
    await take(agent, rid);
    expect(await transcriptOf(service.db, rid)).toEqual(['livechat-started:', ...entrance, ...entrance]);
  });
});
