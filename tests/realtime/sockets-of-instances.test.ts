import { hashToken } from '../../src/domain/accounts/login-tokens.ts';
import type { Message } from '../../src/domain/messages/message.ts';
import { type ApiClient, apiClient } from '../support/client.ts';
import { insertAgent, manualSelection, say, startChat, take } from '../support/conversations.ts';
import { connectDdp, type DdpClient, type Listening, watchRoom } from '../support/ddp.ts';
import { eventually } from '../support/eventually.ts';
import { freshDatabaseUrl, startTestService, type TestService } from '../support/service.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { collection, unique } from '../support/visitors.ts';

interface Instance {
  readonly service: TestService;
  readonly listening: Listening;
  readonly api: ApiClient;
}

const env = {
  ...manualSelection,
  BIND_IP: '127.0.0.1',
  OVERWRITE_SETTING_Livechat_Visitor_navigation_as_a_message: 'true',
};

async function start(mongoUrl: string): Promise<Instance> {
  const service = await startTestService({ ...env, MONGO_URL: mongoUrl, LOG_LEVEL: 'silent' });
  return { service, listening: await service.start(), api: apiClient(service.app) };
}

/** What a client was told that was said; that the agent has come may be told before or after it watches the room. */
const textsOf = (client: DdpClient, rid: string) =>
  client
    .events('stream-room-messages', rid)
    .map(([message]) => message as Pick<Message, 't' | 'msg'>)
    .filter(({ t }) => t === undefined || t === 'livechat_navigation_history')
    .map(({ msg }) => msg);
const numbered = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('A visitor on one instance and an agent on another', () => {
  let here: Instance;
  let there: Instance;
  beforeAll(async () => {
    const mongoUrl = freshDatabaseUrl();
    [here, there] = [await start(mongoUrl), await start(mongoUrl)];
  });
  afterAll(async () => {
    await there.service.db.dropDatabase();
    await Promise.all([here.service.stop(), there.service.stop()]);
  });

  /** The visitor's socket here, the agent's there, both watching one room. */
  async function startTalk() {
    const agent = await insertAgent(there.service);
    const chat = await startChat(here.api);
    await take(agent, chat.rid);
    const visitorSocket = await connectDdp(here.listening);
    await watchRoom(visitorSocket, chat.rid, chat.token);
    const agentSocket = await connectDdp(there.listening);
    const resume = await resumeTokenOf(there, agent._id);
    await agentSocket.call('login', { resume });
    await agentSocket.subscribe('stream-room-messages', chat.rid, false);
    await agentSocket.subscribe('stream-notify-room', `${chat.rid}/typing`, false);
    const answer = (msg: string) => agent.api.post('chat.sendMessage', { message: { rid: chat.rid, msg } });
    return { ...chat, agent, agentSocket, visitorSocket, answer };
  }

  it('hear each other, once each and in the same order', async () => {
    const { rid, token, agentSocket, visitorSocket, answer } = await startTalk();
    for (const n of numbered(10)) {
      await say(here.api, token, rid, `asked ${n}`);
      await answer(`answered ${n}`);
    }
    const all = numbered(10).flatMap((n) => [`asked ${n}`, `answered ${n}`]);
    for (const socket of [agentSocket, visitorSocket])
      await eventually(() => expect(textsOf(socket, rid)).toEqual(all));
    await Promise.all([agentSocket.close(), visitorSocket.close()]);
  });

  it('see each other type, and the agent sees the pages', async () => {
    const { rid, token, agent, agentSocket, visitor, visitorSocket } = await startTalk();
    const typing = (socket: DdpClient) => socket.events('stream-notify-room', `${rid}/typing`);
    await visitorSocket.call('stream-notify-room', `${rid}/typing`, 'me', true, { token });
    await eventually(() => expect(typing(agentSocket)).toEqual([[visitor.username, true]]));
    await agentSocket.call('stream-notify-room', `${rid}/typing`, 'me', true);
    await eventually(() => expect(typing(visitorSocket)).toEqual([[agent.username, true]]));
    const pageInfo = { change: 'url', title: 'Cart', location: { href: 'https://shop.example/cart' } };
    await here.api.post('livechat/page.visited', { token, rid, pageInfo });
    await eventually(() => expect(textsOf(agentSocket, rid).at(-1)).toBe('Cart - https://shop.example/cart'));
    await Promise.all([agentSocket.close(), visitorSocket.close()]);
  });

  it('hear what a Rocket.Chat beside them writes', async () => {
    const { rid, agentSocket, visitorSocket } = await startTalk();
    const now = new Date();
    const message = {
      _id: unique('message'),
      rid,
      msg: 'Beside',
      ts: now,
      u: { _id: 'x', username: 'x' },
      _updatedAt: now,
    };
    await collection(there.service.db, 'message').insertOne(message);
    for (const socket of [agentSocket, visitorSocket])
      await eventually(() => expect(textsOf(socket, rid).at(-1)).toBe('Beside'));
    await Promise.all([agentSocket.close(), visitorSocket.close()]);
  });
});

/** Gives a user a login token besides those that they have. */
async function resumeTokenOf({ service }: Instance, userId: string): Promise<string> {
  const { clock, ids, users } = service.deps;
  const token = ids.secret();
  await users.addLoginToken(userId, { hashedToken: hashToken(token), when: clock() }, clock());
  return token;
}

describe('An instance that stops', () => {
  it('sends its visitors to another one, at which the chat goes on', async () => {
    const mongoUrl = freshDatabaseUrl();
    const [first, second] = [await start(mongoUrl), await start(mongoUrl)];
    await insertAgent(first.service);
    const { rid, token } = await startChat(first.api);
    const before = await connectDdp(first.listening);
    await watchRoom(before, rid, token);
    const stopped = first.service.stop();
    expect(await before.closeCode()).toBe(1001);
    const after = await connectDdp(second.listening);
    await watchRoom(after, rid, token);
    await say(second.api, token, rid, 'Still here');
    await eventually(() => expect(textsOf(after, rid)).toEqual(['Still here']));
    await stopped;
    await after.close();
    await second.service.db.dropDatabase();
    await second.service.stop();
  });

  it('does not wait for sockets longer than a moment', async () => {
    const instance = await start(freshDatabaseUrl());
    const client = await connectDdp(instance.listening);
    client.socket.pause();
    const startedAt = performance.now();
    await instance.service.db.dropDatabase();
    await instance.service.stop();
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    client.socket.resume();
    await client.closeCode();
  });
});

describe('An instance whose database was unreachable', () => {
  it('goes on where it was, and tells what was said meanwhile once', async () => {
    const mongoUrl = freshDatabaseUrl();
    const proxy = await startTcpProxy(mongoUrl);
    const [cut, whole] = [await start(proxy.url), await start(mongoUrl)];
    await insertAgent(whole.service);
    const { rid, token } = await startChat(whole.api);
    const client = await connectDdp(cut.listening);
    await watchRoom(client, rid, token);
    await say(whole.api, token, rid, 'before');
    await eventually(() => expect(textsOf(client, rid)).toEqual(['before']));
    proxy.takeAway('refusing');
    await say(whole.api, token, rid, 'during');
    const outsider = await connectDdp(cut.listening);
    outsider.send({
      msg: 'sub',
      id: 's',
      name: 'stream-room-messages',
      params: [rid, { args: [{ token }] }],
    });
    expect(await outsider.closeCode()).toBe(1013);
    proxy.bringBack();
    await say(whole.api, token, rid, 'after');
    await eventually(() => expect(textsOf(client, rid)).toEqual(['before', 'during', 'after']));
    await client.close();
    await whole.service.db.dropDatabase();
    await Promise.all([cut.service.stop(), whole.service.stop()]);
    await proxy.stop();
  });
});
