import {
  createDepartment,
  insertAgent,
  sendAgentsAway,
  startChat,
  withSetting,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { unique } from '../../support/visitors.ts';

const { service, anyone, admin } = useService();
const ask = async (token: string, query: object = {}) =>
  (await anyone.get(`livechat/agent.next/${token}`, { ...query })).body;

beforeEach(() => sendAgentsAway(service.db));

describe('the agent of the next chat', () => {
  it('is the one who has been given the fewest, and is counted', async () => {
    const agents = [await insertAgent(service), await insertAgent(service)];

    const asked = [await ask(unique('token')), await ask(unique('token'))];

    expect(asked.map(({ agent }) => agent._id).sort()).toEqual(agents.map(({ _id }) => _id).sort());
  });

  it('is one of the department that is asked', async () => {
    await insertAgent(service, { username: unique('aaa') });
    const hatter = await insertAgent(service, { username: unique('zzz') });
    const department = await createDepartment(admin, [hatter]);

    expect((await ask(unique('token'), { department })).agent._id).toBe(hatter._id);
    expect((await ask(unique('token'), { department: 'nowhere' })).error).toBe('agent-not-found');
    expect((await ask(unique('token'), { unit: 'x' })).error).toBe(
      'must NOT have additional properties [invalid-params]',
    );
  });

  it('is nobody for a visitor with an open room', async () => {
    await insertAgent(service);
    const { token } = await startChat(anyone);

    expect(await ask(token)).toEqual({ success: true });
  });

  it('is not found if nobody is there, or agents choose their chats themselves', async () => {
    expect(await ask(unique('token'))).toMatchObject({ success: false, error: 'agent-not-found' });
    await insertAgent(service);

    await withSetting(admin, 'Livechat_Routing_Method', 'Manual_Selection', async () => {
      expect((await ask(unique('token'))).error).toBe('agent-not-found');
    });
  });
});
