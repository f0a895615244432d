import { getRoom } from '../../../src/domain/conversation/get-room.ts';
import {
  createDepartment,
  insertAgent,
  openRoom,
  sendAgentsAway,
  startChat,
  transcriptOf,
  withSetting,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, registerVisitor, unique } from '../../support/visitors.ts';

const { service, anyone, admin } = useService();

// Each story has its own agents: those of the stories before it are away.
beforeEach(() => sendAgentsAway(service.db));

const servedBy = async (given: object = {}): Promise<string | undefined> =>
  (await startChat(anyone, { ...given })).room.servedBy?.username;
const askForRoom = async (given: object = {}) => {
  const { token } = await registerVisitor(anyone, { ...given });
  const { status, body } = await anyone.get('livechat/room', { token });
  return { status, error: body.error, errorType: body.errorType };
};
const noAgentOnline = {
  status: 400,
  error: 'Sorry, no online agents [no-agent-online]',
  errorType: 'no-agent-online',
};

describe('Auto_Selection', () => {
  it('gives a new room an agent at once: the subscription, the inquiry, the messages', async () => {
    const agent = await insertAgent(service);
    const { rid, room } = await startChat(anyone);
    expect(room.servedBy).toMatchObject({ _id: agent._id, username: agent.username });
    const inquiry = await collection(service.db, 'livechat_inquiry').findOne({ rid });
    expect(inquiry).toMatchObject({ status: 'taken', takenAt: expect.any(Date) });
    expect(inquiry).not.toHaveProperty('queuedAt');
    expect(await collection(service.db, 'subscription').find({ rid }).toArray()).toMatchObject([
      { u: { _id: agent._id, username: agent.username } },
    ]);
    expect(await transcriptOf(service.db, rid)).toEqual(['livechat-started:', 'command:connected', 'uj:']);
  });

  it('chooses the agent with the fewest chats, and among equals the first by name', async () => {
    const prefix = unique('a');
    await insertAgent(service, { username: `${prefix}-busy`, livechatCount: 2 });
    await insertAgent(service, { username: `${prefix}-two`, livechatCount: 1 });
    await insertAgent(service, { username: `${prefix}-one`, livechatCount: 1 });
    const served: unknown[] = [];
    for (let chats = 0; chats < 4; chats += 1) served.push(await servedBy());
    expect(served).toEqual([`${prefix}-one`, `${prefix}-two`, `${prefix}-busy`, `${prefix}-one`]);
  });

  it('distributes chats evenly that begin at once', async () => {
    const agents = await Promise.all([1, 2, 3].map(() => insertAgent(service)));
    const served = await Promise.all(Array.from({ length: 9 }, () => servedBy()));
    const each = agents.map(({ username }) => served.filter((name) => name === username).length);
    expect(each).toEqual([3, 3, 3]);
  });

  it('prefers the requested agent, if available', async () => {
    const asked = await insertAgent(service, { livechatCount: 9 });
    const other = await insertAgent(service);
    const ask = async (agentId: string) => {
      const { token } = await registerVisitor(anyone);
      return (await anyone.get('livechat/room', { token, agentId })).body.room.servedBy?._id;
    };
    expect(await ask(asked._id)).toBe(asked._id);
    const gone = await insertAgent(service, { statusLivechat: 'not-available' });
    expect(await ask(gone._id)).toBe(other._id);
    expect(await ask('nobody')).toBe(other._id);
  });

  it('prefers the requested agent, however many requests open the room at once', async () => {
    const asked = await insertAgent(service, { livechatCount: 9 });
    await insertAgent(service);
    const { token } = await registerVisitor(anyone);
    const { messages } = service.deps;
    const another = () => getRoom(service.deps, { token, source: { type: 'api' } });
    const deps = {
      ...service.deps,
      messages: {
        ...messages,
        // The last step before the inquiry is stored, by which the room gets its agent.
        async adoptPageViews(...which: Parameters<typeof messages.adoptPageViews>) {
          await messages.adoptPageViews(...which);
          await another();
        },
      },
    };
    const { room } = await getRoom(deps, { token, agentId: asked._id, source: { type: 'api' } });
    expect(room.servedBy?._id).toBe(asked._id);
  });

  it('skips agents who are not available', async () => {
    const prefix = unique('a');
    const away = [
      { statusLivechat: 'not-available' },
      { status: 'offline' },
      { active: false },
      { roles: ['user'] },
    ];
    for (const [index, given] of away.entries()) {
      await insertAgent(service, { username: `${prefix}-${index}`, livechatCount: 0, ...given });
    }
    expect(await askForRoom()).toEqual(noAgentOnline);
    const there = await insertAgent(service, { livechatCount: 5 });
    expect(await servedBy()).toBe(there.username);
  });

  it('includes idle agents, unless the site does not', async () => {
    const idle = await insertAgent(service, { status: 'away', statusConnection: 'away' });
    expect(await servedBy()).toBe(idle.username);
    await withSetting(admin, 'Livechat_enabled_when_agent_idle', false, async () => {
      expect(await askForRoom()).toEqual(noAgentOnline);
    });
  });
});

describe('a department', () => {
  it('is served by its own agents, the least busy first, then by their order', async () => {
    await insertAgent(service);
    const first = await insertAgent(service, { username: unique('z') });
    const second = await insertAgent(service, { username: unique('a') });
    const department = await createDepartment(admin, [first, second]);
    const served = [];
    for (let chats = 0; chats < 3; chats += 1) served.push(await servedBy({ department }));
    expect(served).toEqual([first.username, second.username, first.username]);
  });

  it('is named in its rooms, inquiries and subscriptions', async () => {
    const department = await createDepartment(admin, [await insertAgent(service)]);
    const { rid, room } = await startChat(anyone, { department });
    expect(room.departmentId).toBe(department);
    for (const name of ['livechat_inquiry', 'subscription']) {
      expect(await collection(service.db, name).findOne({ rid })).toMatchObject({ department });
    }
  });

  it('refuses if none of its agents is available, though others are', async () => {
    await insertAgent(service);
    const gone = await insertAgent(service, { status: 'offline' });
    expect(await askForRoom({ department: await createDepartment(admin, [gone]) })).toEqual(noAgentOnline);
  });

  it('sends chats to its fallback, even if fallbacks form a cycle', async () => {
    const there = await insertAgent(service);
    const gone = await insertAgent(service, { status: 'offline' });
    const fallback = await createDepartment(admin, [there]);
    const between = await createDepartment(admin, [gone], { fallbackForwardDepartment: fallback });
    const department = await createDepartment(admin, [gone], { fallbackForwardDepartment: between });
    expect((await startChat(anyone, { department })).room).toMatchObject({
      departmentId: fallback,
      servedBy: { _id: there._id },
    });
    await collection(service.db, 'livechat_department').updateOne(
      { _id: fallback },
      { $set: { fallbackForwardDepartment: department } },
    );
    await sendAgentsAway(service.db);
    expect(await askForRoom({ department })).toEqual(noAgentOnline);
  });

  it('on the registration form takes visitors who named none', async () => {
    const agent = await insertAgent(service);
    await insertAgent(service);
    const shown = await createDepartment(admin, [agent], { showOnRegistration: true });
    expect((await startChat(anyone)).room).toMatchObject({
      departmentId: shown,
      servedBy: { _id: agent._id },
    });
    await collection(service.db, 'livechat_department').deleteOne({ _id: shown });
  });
});

describe('if nobody is available', () => {
  it('no room is opened, and nothing is left of the attempt', async () => {
    const { _id, token } = await registerVisitor(anyone);
    const { body } = await anyone.get('livechat/room', { token });
    expect(body).toMatchObject({ success: false, error: noAgentOnline.error });
    for (const name of ['room', 'livechat_inquiry']) {
      expect(await collection(service.db, name).countDocuments({ 'v._id': _id })).toBe(0);
    }
  });

  it('an open room is returned all the same', async () => {
    await insertAgent(service);
    const { token, rid } = await startChat(anyone);
    await sendAgentsAway(service.db);
    expect((await openRoom(anyone, { token }))._id).toBe(rid);
  });

  it('rooms wait for an agent, if the site accepts them', async () => {
    await withSetting(admin, 'Livechat_accept_chats_with_no_agents', true, async () => {
      const { token, rid, room } = await startChat(anyone);
      expect(room.servedBy).toBeUndefined();
      const inquiries = collection(service.db, 'livechat_inquiry');
      expect(await inquiries.findOne({ rid })).toMatchObject({ status: 'ready' });

      const agent = await insertAgent(service);
      // As if it had been waiting for longer than a request takes.
      await inquiries.updateOne({ rid }, { $set: { ts: new Date(Date.now() - 60_000) } });
      expect((await openRoom(anyone, { token })).servedBy?._id).toBe(agent._id);
      expect(await inquiries.findOne({ rid })).toMatchObject({ status: 'taken' });
    });
  });

  it('agents who are offline are given chats, if the site accepts them', async () => {
    const offline = await insertAgent(service, { status: 'offline' });
    await withSetting(admin, 'Livechat_accept_chats_with_no_agents', true, async () => {
      expect(await servedBy()).toBe(offline.username);
    });
    expect(await askForRoom()).toEqual(noAgentOnline);
  });
});

describe('if livechat is disabled', () => {
  it('no room is opened, but open ones are returned', async () => {
    await insertAgent(service);
    const { token, rid } = await startChat(anyone);
    await withSetting(admin, 'Livechat_enabled', false, async () => {
      expect(await askForRoom()).toEqual({
        status: 400,
        error: '[error-omnichannel-is-disabled]',
        errorType: 'error-omnichannel-is-disabled',
      });
      expect((await openRoom(anyone, { token }))._id).toBe(rid);
    });
    expect((await askForRoom()).status).toBe(200);
  });
});

describe('a bot among the agents', () => {
  const bot = () =>
    insertAgent(service, {
      roles: ['bot', 'livechat-agent'],
      status: 'offline',
      statusLivechat: 'not-available',
    });
  const withBots = (work: () => Promise<void>) =>
    withSetting(admin, 'Livechat_assign_new_conversation_to_bot', true, work);
  afterEach(async () => {
    await service.db.collection('users').updateMany({ roles: 'bot' }, { $set: { active: false } });
  });

  it('gets new chats before everybody else, by turns, and only by the setting', async () => {
    const robots = [await bot(), await bot()];
    const human = await insertAgent(service);
    expect(await servedBy()).toBe(human.username);
    await withBots(async () => {
      const served = [await servedBy(), await servedBy()];
      expect(served.sort()).toEqual(robots.map(({ username }) => username).sort());
    });
  });

  it('gets them though nobody else is there, and those of its department', async () => {
    await withBots(async () => {
      const robot = await bot();
      expect(await servedBy()).toBe(robot.username);
      const others = await createDepartment(admin, [await insertAgent(service, { status: 'offline' })]);
      expect(await askForRoom({ department: others })).toEqual(noAgentOnline);
      const department = await createDepartment(admin, [robot]);
      expect(await servedBy({ department })).toBe(robot.username);
    });
  });

  it('does not get a chat for which an agent was asked', async () => {
    await withBots(async () => {
      await bot();
      const human = await insertAgent(service);
      const { token } = await registerVisitor(anyone);
      const { body } = await anyone.get('livechat/room', { token, agentId: human._id });
      expect(body.room.servedBy?.username).toBe(human.username);
    });
  });

  it('gets them at once where agents take chats from the queue', async () => {
    const robot = await bot();
    await withSetting(admin, 'Livechat_Routing_Method', 'Manual_Selection', () =>
      withBots(async () => {
        const { rid, room } = await startChat(anyone);
        expect(room.servedBy?.username).toBe(robot.username);
        const inquiry = await collection(service.db, 'livechat_inquiry').findOne({ rid });
        expect(inquiry).toMatchObject({ status: 'taken' });
        expect(inquiry).not.toHaveProperty('queuedAt');
      }),
    );
  });
});
