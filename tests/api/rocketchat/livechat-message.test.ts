import { errorOf } from '../../support/client.ts';
import {
  type Agent,
  inquiryOf,
  insertAgent,
  manualSelection,
  say,
  startChat,
  storedRoom,
  take,
  transcriptOf,
  withSetting,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, registerVisitor, unique } from '../../support/visitors.ts';

const { service, anyone, admin } = useService(manualSelection);

let agent: Agent;
beforeAll(async () => {
  agent = await insertAgent(service);
});

const textsOf = async (rid: string, token: string, query: Readonly<Record<string, unknown>> = {}) => {
  const { body } = await anyone.get(`livechat/messages.history/${rid}`, { token, ...query });
  return body.messages.map(({ t, msg }: { t?: string; msg: string }) => t ?? msg);
};

describe("a visitor's message", () => {
  it('is stored in their room as Rocket.Chat stores it', async () => {
    const { visitor, token, rid } = await startChat(anyone);
    const { status, body } = await anyone.post('livechat/message', { token, rid, msg: 'Hello' });
    expect(status).toBe(200);
    expect(body.message).toEqual({
      _id: expect.stringMatching(/^\w{17}$/),
      rid,
      msg: 'Hello',
      token,
      alias: 'Ann',
      ts: expect.stringMatching(/Z$/),
      u: { _id: visitor._id, username: visitor.username, name: 'Ann' },
      urls: [],
      mentions: [],
      channels: [],
      _updatedAt: expect.stringMatching(/Z$/),
    });
  });

  it('shows on the room: counted, last, and waiting for an answer', async () => {
    const { token, rid } = await startChat(anyone);
    const first = await say(anyone, token, rid, 'Hello');
    const second = await say(anyone, token, rid, 'Anyone?');
    const room = await storedRoom(service.db, rid);
    expect(room).toMatchObject({
      msgs: 3,
      waitingResponse: true,
      lastMessage: { _id: second._id, msg: 'Anyone?' },
      lm: new Date(second.ts),
    });
    expect(room.v?.lastMessageTs).toEqual(new Date(second.ts));
    // The question counts from its first message.
    expect(room.metrics?.v?.lq).toEqual(new Date(first.ts));
    expect((await inquiryOf(admin, rid)).lastMessage.msg).toBe('Anyone?');
  });

  it("marks the agent's subscription as unread", async () => {
    const { token, rid } = await startChat(anyone);
    await take(agent, rid);
    await say(anyone, token, rid, 'Hello');
    const seat = await collection(service.db, 'subscription').findOne({ rid });
    expect(seat).toMatchObject({ unread: 2, alert: true });
  });

  it('reveals an e-mail address and a phone number', async () => {
    const { visitor, token, rid } = await startChat(anyone, { email: 'old@x.io' });
    await say(anyone, token, rid, 'Write to Vi@X.io or old@x.io, or call 55 5555-1234.');
    const known = await collection(service.db, 'livechat_visitor').findOne({ _id: visitor._id });
    expect(known?.visitorEmails).toEqual([{ address: 'old@x.io' }, { address: 'vi@x.io' }]);
    expect(known?.phone).toEqual([{ phoneNumber: '55 5555-1234' }]);
  });

  it('reveals nothing if it contains neither', async () => {
    const { visitor, token, rid } = await startChat(anyone);
    await say(anyone, token, rid, 'Call vi@x.io');
    const known = await collection(service.db, 'livechat_visitor').findOne({ _id: visitor._id });
    expect(known?.visitorEmails).toEqual([{ address: 'vi@x.io' }]);
    expect(known).not.toHaveProperty('phone');
  });

  it('is not searched for long, whatever it contains', async () => {
    const { token, rid } = await startChat(anyone);
    const startedAt = performance.now();
    await say(anyone, token, rid, `${'a.'.repeat(12_000)} ${'12 '.repeat(8_000)}`);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('is refused without a token, room or text, and if the room is not theirs or closed', async () => {
    const { token, rid } = await startChat(anyone);
    const { token: other } = await registerVisitor(anyone);
    const send = (body: object) => errorOf(anyone.post('livechat/message', body));
    expect(await send({ rid, msg: 'x' })).toBe("400 must have required property 'token' [invalid-params]");
    expect(await send({ token, msg: 'x' })).toBe("400 must have required property 'rid' [invalid-params]");
    expect(await send({ token, rid })).toBe("400 must have required property 'msg' [invalid-params]");
    expect(await send({ token: unique('nobody'), rid, msg: 'x' })).toBe('400 invalid-token');
    expect(await send({ token, rid: 'no-room', msg: 'x' })).toBe('400 invalid-room');
    expect(await send({ token: other, rid, msg: 'x' })).toBe('400 invalid-room');
    await anyone.post('livechat/room.close', { token, rid });
    expect(await send({ token, rid, msg: 'x' })).toBe('400 room-closed');
  });

  it('is refused if it is longer than allowed', async () => {
    const { token, rid } = await startChat(anyone);
    await withSetting(admin, 'Livechat_enable_message_character_limit', true, () =>
      withSetting(admin, 'Livechat_message_character_limit', 5, async () => {
        const send = (msg: string) => errorOf(anyone.post('livechat/message', { token, rid, msg }));
        expect(await send('123456')).toBe('400 message-length-exceeds-character-limit');
        expect(await send('12345')).toBe('200 undefined');
        await withSetting(admin, 'Livechat_message_character_limit', 0, async () => {
          expect(await send('A limit of none')).toBe('200 undefined');
        });
      }),
    );
  });

  it('is refused if livechat is disabled', async () => {
    const { token, rid } = await startChat(anyone);
    await withSetting(admin, 'Livechat_enabled', false, async () => {
      const answer = anyone.post('livechat/message', { token, rid, msg: 'Anyone?' });
      expect(await errorOf(answer)).toBe('400 [error-omnichannel-is-disabled]');
    });
    expect(await transcriptOf(service.db, rid)).toEqual(['livechat-started:']);
  });

  it('sent again under its id, is stored once and gets the same answer', async () => {
    const { token, rid } = await startChat(anyone);
    const message = { token, rid, msg: 'Once', _id: unique('message') };
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => anyone.post('livechat/message', message)),
    );
    const again = await anyone.post('livechat/message', { ...message, msg: 'Twice' });
    for (const { status, body } of [...answers, again]) {
      expect(status).toBe(200);
      expect(body.message).toEqual(answers[0]?.body.message);
    }
    expect(await transcriptOf(service.db, rid)).toEqual(['livechat-started:', 'Once']);
    expect(await storedRoom(service.db, rid)).toMatchObject({ msgs: 2, lastMessage: { _id: message._id } });
  });

  it("is refused under the id of somebody else's message", async () => {
    const his = await startChat(anyone);
    const { _id } = await say(anyone, his.token, his.rid, 'Mine');
    const { token, rid } = await startChat(anyone);
    const answer = anyone.post('livechat/message', { token, rid, msg: 'Yours?', _id });
    expect(await errorOf(answer)).toBe('400 invalid-message');
    expect(await transcriptOf(service.db, rid)).toEqual(['livechat-started:']);
  });

  it('has a unique time among many in its room', async () => {
    const { token, rid } = await startChat(anyone);
    await Promise.all(Array.from({ length: 25 }, (_, index) => say(anyone, token, rid, `m${index}`)));
    const stored = await collection(service.db, 'message').find({ rid }).sort({ ts: 1 }).toArray();
    expect(new Set(stored.map(({ ts }) => Number(ts))).size).toBe(26);
    const room = await storedRoom(service.db, rid);
    expect(room.msgs).toBe(26);
    expect(room.lastMessage?._id).toBe(stored.at(-1)?._id);
  });

  it('comes after the previous one even if the clock is behind', async () => {
    const { token, rid } = await startChat(anyone);
    const ahead = new Date(Date.now() + 3_600_000);
    await collection(service.db, 'room').updateOne({ _id: rid }, { $set: { lm: ahead } });
    const first = await say(anyone, token, rid, 'first');
    expect(new Date(first.ts).getTime()).toBeGreaterThan(ahead.getTime());
    await say(anyone, token, rid, 'second');
    expect(await textsOf(rid, token)).toEqual(['second', 'first', 'livechat-started']);
  });
});

describe("the history of the visitor's room", () => {
  it('is newest first, and can be limited by count, offset and time', async () => {
    const { token, rid } = await startChat(anyone);
    await say(anyone, token, rid, 'test');
    const { ts: end } = await say(anyone, token, rid, 'test2');
    expect(await textsOf(rid, token)).toEqual(['test2', 'test', 'livechat-started']);
    expect(await textsOf(rid, token, { offset: 1, limit: 1 })).toEqual(['test']);
    expect(await textsOf(rid, token, { ls: new Date(0).toISOString() })).toHaveLength(3);
    expect(await textsOf(rid, token, { end })).toEqual(['test', 'livechat-started']);
    expect(await textsOf(rid, token, { limit: 1 })).toEqual(['test2']);
  });

  it('has no hidden messages, such as page views, and no types that the site hides', async () => {
    const { token, rid } = await startChat(anyone);
    const pageInfo = { title: 'Home', change: 'url', location: { href: 'https://shop.example/' } };
    await anyone.post('livechat/page.visited', { token, rid, pageInfo });
    expect(await textsOf(rid, token)).toEqual(['livechat-started']);
    await withSetting(admin, 'Hide_System_Messages', ['uj', 'livechat-started'], async () => {
      expect(await textsOf(rid, token)).toEqual([]);
    });
  });

  it("is refused without a token and for others' rooms", async () => {
    const { rid } = await startChat(anyone);
    const { token } = await registerVisitor(anyone);
    const get = (query: Readonly<Record<string, unknown>>, room = rid) =>
      errorOf(anyone.get(`livechat/messages.history/${room}`, query));
    expect(await get({})).toBe("400 must have required property 'token' [invalid-params]");
    expect(await get({ token: unique('nobody') })).toBe('400 invalid-token');
    expect(await get({ token })).toBe('400 invalid-room');
    expect(await get({ token }, 'no-room')).toBe('400 invalid-room');
    expect(await get({ token, limit: -1 })).toMatch(/^400 .*invalid/);
  });
});

describe('a message by its id', () => {
  const path = (id: string) => `livechat/message/${id}`;

  it("is found in its room, and in no other's", async () => {
    const { token, rid } = await startChat(anyone);
    const { _id } = await say(anyone, token, rid, 'Hello');
    expect((await anyone.get(path(_id), { token, rid })).body.message).toMatchObject({ _id, msg: 'Hello' });
    const other = await startChat(anyone);
    const foreign = await say(anyone, other.token, other.rid, 'Secret');
    const get = (id: string, query: object) => errorOf(anyone.get(path(id), { ...query }));
    expect(await get(foreign._id, { token, rid })).toBe('400 invalid-message');
    expect(await get('no-message', { token, rid })).toBe('400 invalid-message');
    expect(await get(_id, { token: unique('nobody'), rid })).toBe('400 invalid-token');
    expect(await get(_id, { token, rid: other.rid })).toBe('400 invalid-room');
    expect(await get(_id, { rid })).toBe("400 must have required property 'token' [invalid-params]");
  });

  it("can be edited by its author, even as the room's last message", async () => {
    const { visitor, token, rid } = await startChat(anyone);
    const { _id } = await say(anyone, token, rid, 'Helo');
    const { body } = await anyone.put(path(_id), { token, rid, msg: 'Hello' });
    expect(body.message).toMatchObject({
      _id,
      msg: 'Hello',
      editedAt: expect.stringMatching(/Z$/),
      editedBy: { _id: visitor._id, username: visitor.username },
    });
    expect((await storedRoom(service.db, rid)).lastMessage?.msg).toBe('Hello');
  });

  it('can be deleted by its author, and the room counts and shows what is left', async () => {
    const { token, rid } = await startChat(anyone);
    const kept = await say(anyone, token, rid, 'Hello');
    const { _id } = await say(anyone, token, rid, 'Oops');
    const { body } = await anyone.delete(path(_id), { token, rid });
    expect(body).toEqual({ message: { _id, ts: expect.stringMatching(/Z$/) }, success: true });
    expect(await textsOf(rid, token)).toEqual(['Hello', 'livechat-started']);
    expect(await storedRoom(service.db, rid)).toMatchObject({ msgs: 2, lastMessage: { _id: kept._id } });
    expect(await errorOf(anyone.delete(path(_id), { token, rid }))).toBe('400 invalid-message');
  });

  it('is deleted once, however many requests do it at once', async () => {
    const { token, rid } = await startChat(anyone);
    await say(anyone, token, rid, 'Hello');
    const { _id } = await say(anyone, token, rid, 'Oops');
    const removals = Array.from({ length: 4 }, () => errorOf(anyone.delete(path(_id), { token, rid })));
    const outcomes = (await Promise.all(removals)).sort();
    expect(outcomes).toEqual(['200 undefined', ...Array(3).fill('400 invalid-message')]);
    expect((await storedRoom(service.db, rid)).msgs).toBe(2);
  });

  it('cannot be changed by anybody else, or if changes are disabled', async () => {
    const { token, rid } = await startChat(anyone);
    const { _id } = await say(anyone, token, rid, 'Hello');
    const other = await startChat(anyone);
    const put = (body: object, id = _id) => errorOf(anyone.put(path(id), { msg: 'Changed', ...body }));
    const remove = (body: object, id = _id) => errorOf(anyone.delete(path(id), body));
    const stranger = { token: other.token, rid: other.rid };
    const refused = '400 error-action-not-allowed';
    expect(await put(stranger)).toBe(refused);
    expect(await remove(stranger)).toBe(refused);
    await withSetting(admin, 'Message_AllowEditing', false, async () => {
      expect(await put({ token, rid })).toBe(refused);
    });
    await withSetting(admin, 'Message_AllowDeleting', false, async () => {
      expect(await remove({ token, rid })).toBe(refused);
    });
    const started = await collection(service.db, 'message').findOne({ rid, t: 'livechat-started' });
    expect(await put({ token, rid }, String(started?._id))).toBe(refused);
    expect(await put({ token, rid }, 'no-message')).toBe('400 invalid-message');
    await admin.post('chat.sendMessage', { message: { rid, msg: 'No refunds' } });
    const answer = await collection(service.db, 'message').findOneAndDelete({ rid, msg: 'No refunds' });
    const author = await collection(service.db, 'livechat_visitor').findOne({ token });
    // As written by a user with the visitor's id, whom Rocket.Chat lets come into being.
    await collection(service.db, 'message').insertOne({
      ...answer,
      _id: 'of-a-user',
      u: { _id: author?._id },
    });
    expect(await put({ token, rid }, 'of-a-user')).toBe(refused);
    expect(await remove({ token, rid }, 'of-a-user')).toBe(refused);
    await collection(service.db, 'message').deleteOne({ _id: 'of-a-user' });
    expect(await textsOf(rid, token)).toEqual(['Hello', 'livechat-started']);
  });
});
