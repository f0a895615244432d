import { derivedId } from '../../../../src/domain/ids.ts';
import type { Typing } from '../../../../src/domain/rooms/typing.ts';
import { insertAgent, say, startChat } from '../../../support/conversations.ts';
import { asVisitor, type ServerMessage, watchRoom } from '../../../support/ddp.ts';
import { eventually } from '../../../support/eventually.ts';
import { useListeningService } from '../../../support/use-listening-service.ts';
import { unique } from '../../../support/visitors.ts';

const server = useListeningService();
let agent: Awaited<ReturnType<typeof insertAgent>>;
beforeAll(async () => {
  agent = await insertAgent(server.service);
});

/** A visitor with a room that they watch on a socket, as the widget does. */
async function watchingVisitor() {
  const chat = await startChat(server.anyone);
  const client = await server.connect();
  await client.call('livechat:setUpConnection', { token: chat.token });
  await watchRoom(client, chat.rid, chat.token);
  // That an agent took the chat may be told later than it was written.
  const messages = () =>
    client
      .events('stream-room-messages', chat.rid)
      .map(([message]) => message as Said)
      .filter(({ t }) => t !== 'command' && t !== 'uj');
  return { ...chat, client, messages };
}
type Said = { readonly _id: string; readonly msg: string; readonly [member: string]: unknown };

const answer = (rid: string, msg: string) => agent.api.post('chat.sendMessage', { message: { rid, msg } });
const codeOf = ({ error }: ServerMessage) => (error as { readonly error: unknown }).error;

describe('The socket of a visitor', () => {
  it('answers what the widget says before it shows anything', async () => {
    const client = await server.connect();
    expect(client.received[0]).toEqual({ msg: 'connected', session: expect.any(String) });
    expect(await client.call('livechat:setUpConnection', { token: unique('token') })).toEqual({
      msg: 'result',
      id: expect.any(String),
    });
    client.send({ msg: 'ping' });
    await client.message(({ msg }) => msg === 'pong');
  });

  it('is open below the path of SockJS, too', async () => {
    const client = await server.connect({ path: '/sockjs/websocket?x=1' });
    expect(client.received[0]?.msg).toBe('connected');
  });

  it('tells what the agent and the visitor themselves say, with dates in EJSON, once each and in order', async () => {
    const { rid, token, messages } = await watchingVisitor();
    await say(server.anyone, token, rid, 'Hello');
    await answer(rid, 'Hi');
    await say(server.anyone, token, rid, 'How much is it?');
    await eventually(() => expect(messages().length).toBeGreaterThanOrEqual(3));
    expect(messages().map(({ msg }) => msg)).toEqual(['Hello', 'Hi', 'How much is it?']);
    expect(messages()[0]).toMatchObject({ rid, token, ts: { $date: expect.any(Number) } });
    expect(messages()[1]?.u).toMatchObject({ _id: agent._id, username: agent.username });
  });

  it('sends one copy, however often the client has subscribed', async () => {
    const { rid, token, client, messages } = await watchingVisitor();
    await watchRoom(client, rid, token);
    await answer(rid, 'once');
    await answer(rid, 'end');
    await eventually(() => expect(messages().at(-1)?.msg).toBe('end'));
    expect(messages().filter(({ msg }) => msg === 'once')).toHaveLength(1);
  });

  it('tells of an edited message and of a deleted one', async () => {
    const { rid, token, client, messages } = await watchingVisitor();
    const { _id } = await say(server.anyone, token, rid, 'Helo');
    await server.anyone.put(`livechat/message/${_id}`, { token, rid, msg: 'Hello' });
    await eventually(() => expect(messages().at(-1)).toMatchObject({ _id, msg: 'Hello' }));
    await server.anyone.delete(`livechat/message/${_id}`, { token, rid });
    await eventually(() =>
      expect(client.events('stream-notify-room', `${rid}/deleteMessage`)).toEqual([[{ _id }]]),
    );
  });

  it('is told nothing after it has unsubscribed', async () => {
    const { rid, token } = await startChat(server.anyone);
    const client = await server.connect();
    const { subscription } = await client.subscribe('stream-room-messages', rid, asVisitor(token));
    client.send({ msg: 'unsub', id: subscription });
    await client.message(({ msg, id }) => msg === 'nosub' && id === subscription);
    const other = await watchingVisitor();
    await say(server.anyone, token, rid, 'unheard');
    await answer(other.rid, 'heard');
    await eventually(() => expect(other.messages()).toHaveLength(1));
    expect(client.events('stream-room-messages', rid)).toEqual([]);
  });

  it('hears the end of the chat, and may go on watching the closed room', async () => {
    const { rid, token, messages, client } = await watchingVisitor();
    await server.anyone.post('livechat/room.close', { rid, token });
    await eventually(() => expect(messages().at(-1)).toMatchObject({ t: 'livechat-close' }));
    expect(client.received.filter(({ msg }) => msg === 'nosub')).toEqual([]);
  });
});

const storedTyping = (rid: string, personId: string) => typings().findOne({ _id: derivedId(rid, personId) });
const typings = () => server.service.db.collection<Typing>('foyer_typing');

describe('Typing', () => {
  it('is told to the others in the room, under both names, and not to whoever types', async () => {
    const { rid, token, client, visitor } = await watchingVisitor();
    const other = await server.connect();
    await other.subscribe('stream-notify-room', `${rid}/typing`, asVisitor(token));
    const typed = await client.call('stream-notify-room', `${rid}/typing`, 'somebody else', true, { token });
    expect(typed).toEqual({ msg: 'result', id: expect.any(String) });
    const { typing } = server.service.deps;
    const name = agent.username;
    await typing.set({ _id: rid, rid, personId: agent._id, name, activities: ['user-typing'] });
    await eventually(() =>
      expect(client.events('stream-notify-room', `${rid}/typing`)).toEqual([[name, true]]),
    );
    const stored = await storedTyping(rid, visitor._id);
    expect(stored).toMatchObject({ rid, name: visitor.username, activities: ['user-typing'] });
  });

  it.each([
    ['user-activity', ['user-typing'], true],
    ['user-activity', [], false],
    ['typing', false, false],
  ])('may be sent as %s %j', async (event, given, isTyping) => {
    const { rid, token, client, visitor } = await watchingVisitor();
    await client.call('stream-notify-room', `${rid}/${event}`, 'guest', given, { token });
    const stored = await storedTyping(rid, visitor._id);
    expect(stored?.activities).toEqual(isTyping ? ['user-typing'] : []);
  });

  it("is refused in other people's rooms", async () => {
    const { client, token, visitor } = await watchingVisitor();
    const { rid } = await startChat(server.anyone);
    const { error } = await client.call('stream-notify-room', `${rid}/typing`, 'guest', true, { token });
    expect(error).toMatchObject({ error: 'not-allowed', errorType: 'Meteor.Error' });
    expect(await storedTyping(rid, visitor._id)).toBeNull();
  });
});

describe('A subscription is refused', () => {
  it.each([
    ['stream-room-messages', (rid: string) => rid],
    ['stream-notify-room', (rid: string) => `${rid}/typing`],
    ['stream-livechat-room', (rid: string) => rid],
  ])("to %s of other people's rooms, and of none", async (stream, eventOf) => {
    const { token } = await startChat(server.anyone);
    const { rid } = await startChat(server.anyone);
    const client = await server.connect();
    for (const [event, options] of [
      [eventOf(rid), asVisitor(token)],
      [eventOf(rid), asVisitor(unique('token'))],
      [eventOf(rid), false],
      [eventOf(rid), asVisitor('')],
      [eventOf('nowhere'), asVisitor(token)],
    ] as const)
      expect(await client.subscribe(stream, event, options)).toMatchObject({
        msg: 'nosub',
        error: { error: 'not-allowed', errorType: 'Meteor.Error' },
      });
  });

  it('to a stream that does not exist, and to an event without a name', async () => {
    const client = await server.connect();
    expect(codeOf(await client.subscribe('users', 'all'))).toBe(404);
    for (const name of [undefined, '', 7, { $ne: '' }, 'x'.repeat(600)])
      expect(codeOf(await client.subscribe('stream-room-messages', name))).toBe('invalid-event-name');
  });

  it.each([[{ $ne: '' }], [7], [['a']], ['x'.repeat(2_000)]])('to a token that is %j', async (token) => {
    const { rid } = await startChat(server.anyone);
    const client = await server.connect();
    const options = { args: [{ token, visitorToken: token }] };
    expect(codeOf(await client.subscribe('stream-room-messages', rid, options))).toBe('not-allowed');
  });
});

describe('A subscription ends', () => {
  it('when the visitor and their rooms are deleted', async () => {
    const { token, client } = await watchingVisitor();
    await server.anyone.post('livechat/room.close', { rid: '', token });
    expect((await server.anyone.delete(`livechat/visitor/${token}`)).status).toBe(400);
    const { body } = await server.anyone.get('livechat/room', { token });
    await server.anyone.post('livechat/room.close', { rid: body.room._id, token });
    expect((await server.anyone.delete(`livechat/visitor/${token}`)).status).toBe(200);
    await eventually(() => expect(client.received.filter(({ msg }) => msg === 'nosub')).toHaveLength(4));
  });

  it("when the room becomes another visitor's", async () => {
    const { rid, client } = await watchingVisitor();
    await server.service.deps.rooms.setVisitor([rid], unique('visitor'));
    await eventually(() => expect(client.received.filter(({ msg }) => msg === 'nosub')).toHaveLength(4));
    await answer(rid, 'secret');
    const other = await watchingVisitor();
    await answer(other.rid, 'heard');
    await eventually(() => expect(other.messages()).toHaveLength(1));
    expect(client.events('stream-room-messages', rid)).toEqual([]);
  });
});
