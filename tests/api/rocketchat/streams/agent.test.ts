import type { Message } from '../../../../src/domain/messages/message.ts';
import { clientOf } from '../../../support/accounts.ts';
import { apiClient } from '../../../support/client.ts';
import {
  inquiryOf,
  insertAgent,
  manualSelection,
  say,
  startChat,
  take,
  withPermission,
} from '../../../support/conversations.ts';
import { asVisitor, type DdpClient, watchRoom } from '../../../support/ddp.ts';
import { eventually } from '../../../support/eventually.ts';
import { adminUsername } from '../../../support/service.ts';
import { useListeningService } from '../../../support/use-listening-service.ts';
import { insertUser, sha256Hex, storedTokenHash } from '../../../support/users.ts';
import { unique } from '../../../support/visitors.ts';

const server = useListeningService(manualSelection);

const queue = 'stream-livechat-inquiry-queue-observer';
const refusal = (code: unknown) => ({ error: { error: code, errorType: 'Meteor.Error' } });
const endsOf = (client: DdpClient) =>
  client.received.filter(({ msg }) => msg === 'nosub').map(({ id }) => id);

/** An agent who is logged in on a socket. */
async function agentOnSocket(given: Readonly<Record<string, unknown>> = {}) {
  const resume = unique('resume');
  const services = { resume: { loginTokens: [{ hashedToken: storedTokenHash(resume), when: new Date() }] } };
  const agent = await insertAgent(server.service, { services, ...given });
  const client = await server.connect();
  const { result } = await client.call('login', { resume });
  expect(result).toMatchObject({ id: agent._id, token: resume, type: 'resume' });
  const api = apiClient(server.service.app).as({ userId: agent._id, authToken: resume });
  return { ...agent, api, resume, client };
}

/** A chat that the agent has taken. */
async function takenChat(agent: Awaited<ReturnType<typeof agentOnSocket>>) {
  const chat = await startChat(server.anyone);
  await take(agent, chat.rid);
  return chat;
}

describe('login', () => {
  it.each([
    ['a password', adminUsername],
    ['the digest of a password', { digest: sha256Hex(adminUsername), algorithm: 'sha-256' }],
  ])('takes %s, and issues a token that works over HTTP', async (_story, password) => {
    const client = await server.connect();
    const { result } = await client.call('login', { user: { username: adminUsername }, password });
    const { id, token, tokenExpires, type } = result as Record<string, never>;
    expect({ tokenExpires, type }).toEqual({ tokenExpires: { $date: expect.any(Number) }, type: 'password' });
    const me = await server.anyone.as({ userId: String(id), authToken: String(token) }).get('me');
    expect(me.body.username).toBe(adminUsername);
    expect(client.received).toContainEqual(
      expect.objectContaining({
        msg: 'added',
        collection: 'users',
        id,
        fields: expect.objectContaining({ username: adminUsername }),
      }),
    );
  });

  it.each([
    ['a wrong password', { user: { username: adminUsername }, password: 'wrong' }, 403],
    ['an unknown token', { resume: 'unknown' }, 403],
    ['operators', { user: { username: { $ne: '' } }, password: 'x' }, 400],
    ['nothing', undefined, 400],
    ['a list', [], 400],
  ])('refuses %s', async (_story, given, code) => {
    const client = await server.connect();
    expect(await client.call('login', given)).toMatchObject(refusal(code));
    expect(await client.subscribe(queue, 'public')).toMatchObject(refusal('not-allowed'));
  });

  it('is over after logout, for the token and for what was subscribed', async () => {
    const agent = await agentOnSocket();
    const { subscription } = await agent.client.subscribe(queue, 'public');
    expect(await agent.client.call('logout')).toEqual({ msg: 'result', id: expect.any(String) });
    expect(endsOf(agent.client)).toEqual([subscription]);
    expect((await agent.api.get('me')).status).toBe(401);
    expect(await agent.client.call('sendMessage', { rid: 'x', msg: 'x' })).toMatchObject(
      refusal('error-not-allowed'),
    );
  });
});

describe('The socket of an agent', () => {
  it('is told what is said in the room that they serve, and takes answers', async () => {
    const agent = await agentOnSocket();
    const { rid, token } = await takenChat(agent);
    expect(await agent.client.subscribe('stream-room-messages', rid, false)).toMatchObject({ msg: 'ready' });
    await say(server.anyone, token, rid, 'Hello');
    const { result } = await agent.client.call('sendMessage', { rid, msg: 'Hi' });
    expect(result).toMatchObject({ rid, msg: 'Hi', ts: { $date: expect.any(Number) } });
    // That the agent took the chat may be told later than it was written.
    const said = () =>
      agent.client
        .events('stream-room-messages', rid)
        .map(([message]) => message as Pick<Message, 't' | 'msg'>)
        .filter(({ t }) => t === undefined)
        .map(({ msg }) => msg);
    await eventually(() => expect(said()).toEqual(['Hello', 'Hi']));
  });

  it('is told of typing under either name, and tells of it', async () => {
    const agent = await agentOnSocket();
    const { rid, token, visitor } = await takenChat(agent);
    const guest = await server.connect();
    await watchRoom(guest, rid, token);
    await agent.client.subscribe('stream-notify-room', `${rid}/user-activity`, false);
    await guest.call('stream-notify-room', `${rid}/typing`, visitor.username, true, { token });
    const activity = () => agent.client.events('stream-notify-room', `${rid}/user-activity`);
    await eventually(() => expect(activity()).toEqual([[visitor.username, ['user-typing'], {}]]));
    await agent.client.call(
      'stream-notify-room',
      `${rid}/user-activity`,
      agent.username,
      ['user-typing'],
      {},
    );
    const typing = () => guest.events('stream-notify-room', `${rid}/typing`);
    await eventually(() => expect(typing()).toEqual([[agent.username, true]]));
  });

  it('hears of all their rooms by __my_messages__, and of seats gained and lost', async () => {
    const agent = await agentOnSocket();
    const before = await takenChat(agent);
    await agent.client.subscribe('stream-room-messages', '__my_messages__', false);
    await agent.client.subscribe('stream-notify-user', `${agent._id}/subscriptions-changed`, false);
    await agent.client.subscribe('stream-notify-user', `${agent._id}/rooms-changed`, false);
    const later = await takenChat(agent);
    for (const { rid, token } of [before, later]) await say(server.anyone, token, rid, `in ${rid}`);
    const mine = () =>
      agent.client
        .events('stream-room-messages', '__my_messages__')
        .map(([m]) => (m as { msg: string }).msg)
        .filter((msg) => msg.startsWith('in '));
    await eventually(() => expect(mine()).toEqual([`in ${before.rid}`, `in ${later.rid}`]));
    const changes = (topic: string) =>
      agent.client
        .events('stream-notify-user', `${agent._id}/${topic}`)
        .map(([kind, seat]) => [kind, (seat as { rid?: string }).rid ?? (seat as { _id: string })._id]);
    const [seats, rooms] = [() => changes('subscriptions-changed'), () => changes('rooms-changed')];
    await eventually(() => expect(seats()[0]).toEqual(['inserted', later.rid]));
    await eventually(() => expect(rooms()).toContainEqual(['inserted', later.rid]));
    await server.anyone.post('livechat/room.close', { rid: later.rid, token: later.token });
    await eventually(() => expect(seats().at(-1)).toEqual(['removed', later.rid]));
    expect(rooms()).toContainEqual(['updated', before.rid]);
  });

  it('watches the queue: without the tokens of visitors, until a chat is taken', async () => {
    const agent = await agentOnSocket();
    await agent.client.subscribe(queue, 'public');
    const { rid, token } = await startChat(server.anyone);
    const seen = () =>
      agent.client
        .events(queue, 'public')
        .map(([inquiry]) => inquiry as { rid: string; type: string; status?: string; v?: object })
        .filter((inquiry) => inquiry.rid === rid);
    await eventually(() => expect(seen()[0]).toMatchObject({ type: 'added', status: 'queued' }));
    expect(JSON.stringify(seen())).not.toContain(token);
    await take(agent, rid);
    await eventually(() => expect(seen().at(-1)).toMatchObject({ type: 'changed', status: 'taken' }));
    await server.anyone.post('livechat/room.close', { rid, token });
    await eventually(() => expect(seen().at(-1)).toMatchObject({ type: 'removed' }));
  });

  it('sees one inquiry by its id', async () => {
    const agent = await agentOnSocket();
    const { rid } = await startChat(server.anyone);
    const { _id } = await inquiryOf(agent.api, rid);
    await agent.client.subscribe(queue, _id);
    await take(agent, rid);
    await eventually(() =>
      expect(agent.client.events(queue, _id).at(-1)).toEqual([
        expect.objectContaining({ _id, rid, status: 'taken', clientAction: expect.any(String) }),
      ]),
    );
  });

  it('may subscribe to what its clients ask for first', async () => {
    const agent = await agentOnSocket();
    for (const event of ['message', 'notification', 'webrtc'])
      expect(
        await agent.client.subscribe('stream-notify-user', `${agent._id}/${event}`, false),
      ).toMatchObject({ msg: 'ready' });
    for (const stream of ['stream-notify-all', 'stream-notify-logged'])
      expect(await agent.client.subscribe(stream, 'updateAvatar', false)).toMatchObject({ msg: 'ready' });
  });
});

describe("A visitor's socket", () => {
  it('is told who serves them, and how present that agent is', async () => {
    const { rid, token } = await startChat(server.anyone);
    const guest = await server.connect();
    await watchRoom(guest, rid, token);
    const agent = await agentOnSocket();
    await take(agent, rid);
    const told = () => guest.events('stream-livechat-room', rid).map(([event]) => event);
    await eventually(() =>
      expect(told()).toEqual([
        { type: 'agentData', data: expect.objectContaining({ _id: agent._id, username: agent.username }) },
      ]),
    );
    expect(JSON.stringify(told())).not.toContain('services');
    await agent.api.post('users.setStatus', { status: 'away' });
    await eventually(() => expect(told().at(-1)).toEqual({ type: 'agentStatus', status: 'away' }));
  });
});

describe('What a user may not have', () => {
  it('is refused: other rooms, other users, other departments, the queue without the permission', async () => {
    const agent = await agentOnSocket();
    const other = await agentOnSocket();
    const { rid } = await takenChat(other);
    for (const [stream, event] of [
      ['stream-room-messages', rid],
      ['stream-notify-room', `${rid}/typing`],
      ['stream-livechat-room', rid],
      ['stream-notify-user', `${other._id}/subscriptions-changed`],
      [queue, 'department/none'],
    ] as const)
      expect(await agent.client.subscribe(stream, event, false)).toMatchObject(refusal('not-allowed'));
    const outsider = await server.connect();
    await outsider.call('login', { resume: (await insertUser(server.service)).authToken });
    expect(await outsider.subscribe(queue, 'public')).toMatchObject(refusal('not-allowed'));
    expect(await outsider.subscribe('stream-room-messages', rid)).toMatchObject(refusal('not-allowed'));
    const waiting = await startChat(server.anyone);
    const chat = await outsider.subscribe('stream-room-messages', waiting.rid);
    expect(chat).toMatchObject(refusal('not-allowed'));
  });

  it('is refused to nobody in particular', async () => {
    const client = await server.connect();
    for (const stream of ['stream-notify-logged', 'stream-room-messages', queue])
      expect(await client.subscribe(stream, '__my_messages__', false)).toMatchObject(refusal('not-allowed'));
  });
});

describe('A subscription of a user ends', () => {
  it('when another agent takes the chat', async () => {
    const agent = await agentOnSocket();
    const { rid, token } = await startChat(server.anyone);
    const { subscription } = await agent.client.subscribe('stream-room-messages', rid, false);
    await take(await insertAgent(server.service), rid);
    await eventually(() => expect(endsOf(agent.client)).toEqual([subscription]));
    await say(server.anyone, token, rid, 'for the other one');
    expect(
      agent.client.events('stream-room-messages', rid).map(([m]) => (m as { msg: string }).msg),
    ).not.toContain('for the other one');
  });

  it('when the permission is taken from the role', async () => {
    const agent = await agentOnSocket();
    const { subscription } = await agent.client.subscribe(queue, 'public');
    const admin = await clientOf(server.service.app);
    await withPermission(admin, 'view-l-room', ['admin'], async () => {
      await eventually(() => expect(endsOf(agent.client)).toEqual([subscription]));
    });
  });

  it('when the role is taken from the user, by whomever', async () => {
    const manager = await agentOnSocket({ roles: ['user', 'livechat-manager'] });
    const { rid } = await startChat(server.anyone);
    const { subscription } = await manager.client.subscribe('stream-room-messages', rid, false);
    await take(await insertAgent(server.service), rid);
    expect(endsOf(manager.client)).toEqual([]);
    await server.service.db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: manager._id }, { $set: { roles: ['user'], _updatedAt: new Date() } });
    await eventually(() => expect(endsOf(manager.client)).toEqual([subscription]));
  });

  it('when the token is revoked', async () => {
    const agent = await agentOnSocket();
    const { subscription } = await agent.client.subscribe(queue, 'public');
    await agent.api.post('logout');
    await eventually(() => expect(endsOf(agent.client)).toEqual([subscription]));
    expect(await agent.client.call('sendMessage', { rid: 'x', msg: 'x' })).toMatchObject(
      refusal('error-not-allowed'),
    );
  });
});

describe("A visitor's subscription ends", () => {
  it('when their token has become another one', async () => {
    const { rid, token, visitor } = await startChat(server.anyone);
    const guest = await server.connect();
    const { subscription } = await guest.subscribe('stream-room-messages', rid, asVisitor(token));
    await server.service.db
      .collection<{ _id: string }>('rocketchat_livechat_visitor')
      .updateOne({ _id: visitor._id }, { $set: { token: unique('token'), _updatedAt: new Date() } });
    await eventually(() => expect(endsOf(guest)).toEqual([subscription]));
  });
});
