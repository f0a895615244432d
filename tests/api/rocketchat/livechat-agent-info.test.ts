import { insertAgent, sendAgentsAway, startChat, withSetting } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { unique } from '../../support/visitors.ts';

const { service, anyone, admin } = useService();
const ask = (rid: string, token: string) => anyone.get(`livechat/agent.info/${rid}/${token}`);

beforeEach(() => sendAgentsAway(service.db));

describe('the agent of a room', () => {
  it('is shown without what is no visitor’s business', async () => {
    const agent = await insertAgent(service, {
      name: 'Ann Miller',
      emails: [{ address: 'ann@example.org', verified: true }],
      customFields: { phone: '123', salary: '9', constructor: 'x' },
      bio: 'private',
    });
    const { rid, token } = await startChat(anyone);
    const fields = { phone: { type: 'text', sendToIntegrations: true }, salary: { type: 'text' } };

    await withSetting(admin, 'Accounts_CustomFields', JSON.stringify(fields), async () =>
      expect((await ask(rid, token)).body).toEqual({
        agent: {
          _id: agent._id,
          name: 'Ann Miller',
          username: agent.username,
          status: 'online',
          emails: [{ address: 'ann@example.org', verified: true }],
          customFields: { phone: '123' },
        },
        success: true,
      }),
    );
    for (const definitions of ['', '{', '{"phone":1}'])
      await withSetting(admin, 'Accounts_CustomFields', definitions, async () =>
        expect((await ask(rid, token)).body.agent.customFields).toEqual({}),
      );
  });

  it('is shown without addresses, or not at all, by settings', async () => {
    await insertAgent(service, { emails: [{ address: 'zoe@example.org' }] });
    const { rid, token } = await startChat(anyone);

    await withSetting(admin, 'Livechat_show_agent_email', false, async () => {
      expect((await ask(rid, token)).body.agent).not.toHaveProperty('emails');
    });
    await withSetting(admin, 'Livechat_show_agent_info', false, async () => {
      expect((await ask(rid, token)).body.agent).toEqual({ hiddenInfo: true });
      expect((await anyone.get('livechat/config', { token })).body.config).toMatchObject({
        agent: { hiddenInfo: true },
        settings: { agentHiddenInfo: true },
      });
    });
  });

  it('is for the room’s own visitor only', async () => {
    await insertAgent(service);
    const [one, other] = [await startChat(anyone), await startChat(anyone)];

    expect((await ask(one.rid, unique('token'))).body.error).toBe('invalid-token');
    expect((await ask(one.rid, other.token)).body.error).toBe('invalid-room');
    expect((await ask(unique('room'), one.token)).body.error).toBe('invalid-room');
  });

  it('is not there while the room waits for one', () =>
    withSetting(admin, 'Livechat_accept_chats_with_no_agents', true, async () => {
      const { rid, token, room } = await startChat(anyone);
      expect(room.servedBy).toBeUndefined();

      const answer = await ask(rid, token);

      expect([answer.status, answer.body.error]).toEqual([400, 'invalid-agent']);
    }));
});
