import type { ApiClient } from '../../support/client.ts';
import {
  type Agent,
  insertAgent,
  say,
  startChat,
  storedRoom,
  transcriptOf,
  withSetting,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, unique } from '../../support/visitors.ts';

const { service, anyone, admin, outsider } = useService();

let agent: Agent;
beforeAll(async () => {
  agent = await insertAgent(service);
});

type Given = Readonly<{ rid?: string; msg?: unknown; _id?: string }>;

/** The two ways to say something as an agent, as the outcome that both of them name. */
const roads: readonly (readonly [string, (api: ApiClient, message: Given) => Promise<Outcome>])[] = [
  [
    'chat.sendMessage',
    async (api, message) => {
      const { status, body } = await api.post('chat.sendMessage', { message });
      return { status, message: body.message, error: body.error };
    },
  ],
  [
    'method.call/sendMessage',
    async (api, message) => {
      const call = JSON.stringify({ msg: 'method', id: '7', method: 'sendMessage', params: [message] });
      const { status, body } = await api.post('method.call/sendMessage', { message: call });
      if (status === 401 || body.message === undefined)
        return { status, message: undefined, error: body.error };
      const { msg, id, result, error } = JSON.parse(body.message);
      expect({ msg, id }).toEqual({ msg: 'result', id: '7' });
      return { status, message: result, error: error?.message };
    },
  ],
];

interface Outcome {
  readonly status: number;
  readonly message: { readonly _id: string; readonly ts: unknown } | undefined;
  readonly error: string | undefined;
}

describe.each(roads)('an agent answers by %s', (_, answer) => {
  it('and the message is stored as theirs', async () => {
    const { rid } = await startChat(anyone);
    const { status, message } = await answer(agent.api, { rid, msg: 'Good day' });
    const u = { _id: agent._id, username: agent.username, name: 'Agent Ann' };
    expect({ status, message }).toMatchObject({ status: 200, message: { rid, msg: 'Good day', u } });
    const stored = await collection(service.db, 'message').findOne({ _id: String(message?._id) });
    expect(stored).toEqual({
      ...{ _id: message?._id, rid, msg: 'Good day', u, urls: [], mentions: [], channels: [] },
      ...{ ts: expect.any(Date), _updatedAt: expect.any(Date) },
    });
  });

  it('and the room knows who answers, and how fast', async () => {
    const { rid, token, visitor } = await startChat(anyone);
    const question = await say(anyone, token, rid, 'Hello?');
    expect(await storedRoom(service.db, rid)).toMatchObject({ waitingResponse: true });
    await answer(agent.api, { rid, msg: 'Good day' });

    const room = await storedRoom(service.db, rid);
    expect(room).not.toHaveProperty('waitingResponse');
    const { responseBy, metrics, lastMessage, lm, servedBy } = room;
    const asked = new Date(question.ts);
    const seconds = ((lm?.getTime() ?? 0) - asked.getTime()) / 1_000;
    expect(seconds).toBeGreaterThan(0);
    const who = { _id: agent._id, username: agent.username };
    expect(responseBy).toEqual({ ...who, firstResponseTs: lm, lastMessageTs: lm });
    expect(servedBy).toMatchObject(who);
    expect(lastMessage).toMatchObject({ msg: 'Good day', ts: lm });
    expect(metrics).toMatchObject({
      v: { lq: asked },
      servedBy: { lr: lm },
      response: { total: 1, tt: seconds, avg: seconds, ft: seconds, fd: lm },
      reaction: { fd: lm },
    });
    const month = lm?.toISOString().slice(0, 7);
    expect(room.v?.activity).toEqual([month]);
    const inquiry = await collection(service.db, 'livechat_inquiry').findOne({ rid });
    expect(inquiry).toMatchObject({ v: { activity: [month] } });
    expect((await anyone.get(`livechat/visitor/${token}`)).body.visitor).toMatchObject({
      _id: visitor._id,
      activity: [month],
    });
  });

  it('and the month is added to those in which the visitor was answered before', async () => {
    const { rid, token, visitor } = await startChat(anyone);
    await service.deps.visitors.addActivity(visitor._id, '2019-05');
    await collection(service.db, 'room').updateOne({ _id: rid }, { $set: { 'v.activity': ['2019-05'] } });
    await answer(agent.api, { rid, msg: 'Good day' });
    const { v, lm } = await storedRoom(service.db, rid);
    const activity = ['2019-05', lm?.toISOString().slice(0, 7)];
    expect(v).toMatchObject({ activity });
    expect((await anyone.get(`livechat/visitor/${token}`)).body.visitor).toMatchObject({ activity });
  });

  it('and the first to answer stays, while the last answer moves', async () => {
    const { rid, token } = await startChat(anyone);
    await say(anyone, token, rid, 'Hello?');
    await answer(agent.api, { rid, msg: 'One moment' });
    const first = await storedRoom(service.db, rid);
    await answer(admin, { rid, msg: 'I can help' });
    const second = await storedRoom(service.db, rid);
    expect(second.responseBy).toEqual({ ...first.responseBy, lastMessageTs: second.lm });
    expect(second.lm?.getTime()).toBeGreaterThan(first.lm?.getTime() ?? 0);
    expect(second.metrics?.response).toEqual(first.metrics?.response);
    expect(second.msgs).toBe((first.msgs ?? 0) + 1);
  });

  it('and the next answer counts towards the average', async () => {
    const { rid, token } = await startChat(anyone);
    for (const question of ['One?', 'Two?']) {
      await say(anyone, token, rid, question);
      await answer(agent.api, { rid, msg: 'Yes' });
    }
    const { total, tt = 0, avg } = (await storedRoom(service.db, rid)).metrics?.response ?? {};
    expect(total).toBe(2);
    expect(avg).toBeCloseTo(tt / 2, 6);
  });

  it('and a message sent again under its id is stored once', async () => {
    const { rid } = await startChat(anyone);
    const _id = unique('message');
    const sent = await Promise.all([1, 2, 3].map(() => answer(agent.api, { rid, msg: 'Once', _id })));
    expect(sent.map(({ status, message }) => [status, message?._id])).toEqual(sent.map(() => [200, _id]));
    expect((await transcriptOf(service.db, rid)).filter((text) => text === 'Once')).toHaveLength(1);
    expect((await storedRoom(service.db, rid)).lastMessage).toMatchObject({ _id });

    const other = await startChat(anyone);
    const { status, error } = await answer(agent.api, { rid: other.rid, msg: 'Stolen', _id });
    expect((await answer(admin, { rid, msg: 'Mine', _id })).error).toContain('invalid-message');
    expect(status).toBe(400);
    expect(error).toContain('invalid-message');
  });

  it('unless they have no access to the room, or do not exist', async () => {
    const { rid } = await startChat(anyone);
    const stranger = await insertAgent(service, { statusLivechat: 'not-available' });
    for (const api of [stranger.api, outsider]) {
      const { status, error } = await answer(api, { rid, msg: 'Let me in' });
      expect(status).toBe(400);
      expect(error).toContain('error-not-allowed');
    }
    expect((await answer(anyone, { rid, msg: 'Me too' })).status).toBe(401);
    expect(await transcriptOf(service.db, rid)).toEqual(['livechat-started:', 'command:connected', 'uj:']);
  });

  it('unless the room is unknown or closed', async () => {
    const unknown = await answer(agent.api, { rid: unique('room'), msg: 'Hello' });
    expect({ status: unknown.status, error: unknown.error }).toEqual({
      status: 400,
      error: expect.stringContaining('error-invalid-room'),
    });
    const { rid, token } = await startChat(anyone);
    await anyone.post('livechat/room.close', { token, rid });
    const closed = await answer(agent.api, { rid, msg: 'Hello' });
    expect({ status: closed.status, error: closed.error }).toEqual({
      status: 400,
      error: expect.stringContaining('room-closed'),
    });
  });

  it('unless the text is longer than the site allows', async () => {
    const { rid } = await startChat(anyone);
    await withSetting(admin, 'Message_MaxAllowedSize', 5, async () => {
      expect((await answer(agent.api, { rid, msg: '12345' })).status).toBe(200);
      const { status, error } = await answer(agent.api, { rid, msg: '123456' });
      expect({ status, error }).toEqual({
        status: 400,
        error: 'Message size exceeds Message_MaxAllowedSize [error-message-size-exceeded]',
      });
    });
  });

  it('unless the room is missing, or the text is not a string', async () => {
    for (const given of [{ msg: 'Hello' }, { rid: 'x', msg: { $ne: '' } }]) {
      const { status, error } = await answer(agent.api, given);
      expect({ status, error }).toEqual({ status: 400, error: expect.stringMatching(/rid|must be string/) });
    }
  });
});

describe('what an agent has not read', () => {
  it('is counted in their subscription when the visitor or others write, not when they do', async () => {
    const { rid, token } = await startChat(anyone);
    const unread = async () => (await collection(service.db, 'subscription').findOne({ rid }))?.unread;
    expect(await unread()).toBe(1);
    await say(anyone, token, rid, 'Hello');
    expect(await unread()).toBe(2);
    await agent.api.post('chat.sendMessage', { message: { rid, msg: 'Good day' } });
    expect(await unread()).toBe(2);
    await admin.post('chat.sendMessage', { message: { rid, msg: 'May I?' } });
    expect(await unread()).toBe(3);
  });

  it('is announced but not counted where only mentions count', async () => {
    const { rid, token } = await startChat(anyone);
    const seat = () => collection(service.db, 'subscription').findOne({ rid });
    await collection(service.db, 'subscription').updateOne({ rid }, { $set: { unread: 0, alert: false } });
    await withSetting(admin, 'Unread_Count_Omni', 'mentions_only', async () => {
      await say(anyone, token, rid, 'Hello');
      expect(await seat()).toMatchObject({ unread: 0, alert: true, open: true });
    });
    await say(anyone, token, rid, 'Hello?');
    expect(await seat()).toMatchObject({ unread: 1 });
  });
});

describe('a chat in the queue', () => {
  it('shows its last message to those who could take it, and lets them answer first', async () => {
    await withSetting(admin, 'Livechat_Routing_Method', 'Manual_Selection', async () => {
      const { rid, token } = await startChat(anyone);
      const lastMessage = async () =>
        (await collection(service.db, 'livechat_inquiry').findOne({ rid }))?.lastMessage;
      await say(anyone, token, rid, 'Anybody?');
      expect(await lastMessage()).toMatchObject({ msg: 'Anybody?' });
      const { status } = await agent.api.post('chat.sendMessage', { message: { rid, msg: 'Soon' } });
      expect(status).toBe(200);
      expect(await lastMessage()).toMatchObject({ msg: 'Soon' });
    });
  });
});

describe('method.call/sendMessage', () => {
  it("returns dates in the protocol's form", async () => {
    const { rid } = await startChat(anyone);
    const params = [{ rid, msg: 'Hello' }];
    const call = JSON.stringify({ msg: 'method', id: 1, method: 'sendMessage', params });
    const { body } = await agent.api.post('method.call/sendMessage', { message: call });
    expect(body.success).toBe(true);
    const { id, result } = JSON.parse(body.message);
    const stored = await collection(service.db, 'message').findOne({ _id: result._id });
    expect([id, new Date(result.ts.$date)]).toEqual(['1', stored?.ts]);
  });

  it.each([
    'no JSON',
    '[]',
    '{"msg":"method","id":"1"}',
    '{"method":"sendMessage","params":[{}]}',
    '{"id":"1","method":"sendMessage","params":{}}',
    '{"id":"1","method":"sendMessage","params":[{"rid":"a\\u0000b"}]}',
    '{"id":"1","method":"sendMessage","params":[{"msg":"\\ud83d"}]}',
  ])('refuses a call that is none: %s', async (message) => {
    const { status, body } = await agent.api.post('method.call/sendMessage', { message });
    expect({ status, error: body.error }).toEqual({ status: 400, error: 'Invalid method call' });
  });

  it('refuses to call another method', async () => {
    const message = '{"id":"1","method":"deleteMessage","params":[{}]}';
    const { status, body } = await agent.api.post('method.call/sendMessage', { message });
    expect(status).toBe(400);
    expect(JSON.parse(body.message).error).toMatchObject({ error: 'error-invalid-params' });
  });
});
