import { type ApiClient, errorOf } from '../../support/client.ts';
import {
  type Agent,
  insertAgent,
  manualSelection,
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

const count = (name: string, rid: string) => collection(service.db, name).countDocuments({ rid });

describe('POST livechat/room.close', () => {
  it('ends the conversation for good', async () => {
    const { token, rid, visitor } = await startChat(anyone);
    await take(agent, rid);
    const answer = await anyone.post('livechat/room.close', { token, rid });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ rid, comment: 'Closed by visitor', success: true });
    const room = await storedRoom(service.db, rid);
    expect(room).not.toHaveProperty('open');
    expect(room).toMatchObject({
      closedAt: expect.any(Date),
      closer: 'visitor',
      closedBy: { _id: visitor._id, username: visitor.username },
      v: { status: 'offline' },
      metrics: { chatDuration: expect.any(Number), serviceTimeDuration: expect.any(Number) },
    });
    expect(await count('livechat_inquiry', rid)).toBe(0);
    expect(await count('subscription', rid)).toBe(0);
    const closing = await collection(service.db, 'message').findOne({ rid, t: 'livechat-close' });
    expect(closing).toMatchObject({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      msg: 'Closed by visitor',
      token,
      groupable: false,
      transcriptRequested: false,
      u: { _id: visitor._id, username: visitor.username },
    });
    expect((await transcriptOf(service.db, rid)).at(-1)).toBe('livechat-close:Closed by visitor');
    expect(room.lastMessage).toMatchObject({ _id: closing?._id, msg: 'Closed by visitor' });
  });

  it('offers the transcript if the site does', async () => {
    const { token, rid } = await startChat(anyone);
    await withSetting(admin, 'Livechat_enable_transcript', true, async () => {
      await anyone.post('livechat/room.close', { token, rid });
    });
    expect((await transcriptOf(service.db, rid)).at(-1)).toBe('command:promptTranscript');
  });

  it('is refused for unknown tokens and rooms, other visitors’ rooms and closed rooms', async () => {
    const { token, rid } = await startChat(anyone);
    const stranger = await registerVisitor(anyone);
    const close = (body: object) => errorOf(anyone.post('livechat/room.close', body));
    expect(await close({ token: unique('nobody'), rid })).toBe('400 invalid-token');
    expect(await close({ token, rid: 'no-room' })).toBe('400 invalid-room');
    expect(await close({ token: stranger.token, rid })).toBe('400 invalid-room');
    expect((await anyone.post('livechat/room.close', { token, rid })).status).toBe(200);
    expect(await close({ token, rid })).toBe('400 room-closed');
    expect(await close({ rid })).toBe("400 must have required property 'token' [invalid-params]");
  });

  it('is refused if visitors may not close conversations', async () => {
    const { token, rid } = await startChat(anyone);
    await withSetting(admin, 'Omnichannel_allow_visitors_to_close_conversation', false, async () => {
      const answer = await anyone.post('livechat/room.close', { token, rid });
      expect(answer.body).toMatchObject({ error: 'error-not-allowed-to-close-conversation' });
      expect(answer.headers['content-type']).toBe('application/json');
    });
    expect((await storedRoom(service.db, rid)).open).toBe(true);
  });
});

describe('POST livechat/room.closeByUser', () => {
  it("closes the agent's room with his comment and tags", async () => {
    const { rid } = await startChat(anyone);
    await take(agent, rid);
    const answer = await agent.api.post('livechat/room.closeByUser', {
      rid,
      comment: 'Solved',
      tags: ['billing', 'billing'],
    });
    expect(answer.body).toEqual({ success: true });
    expect(await storedRoom(service.db, rid)).toMatchObject({
      closer: 'user',
      closedBy: { _id: agent._id, username: agent.username },
      tags: ['billing'],
    });
    const closing = await collection(service.db, 'message').findOne({ rid, t: 'livechat-close' });
    expect(closing).toMatchObject({ msg: 'Solved', u: { _id: agent._id } });
    expect(closing).not.toHaveProperty('token');
  });

  it('is refused without a login, a permission, a room, or a reason', async () => {
    const { rid } = await startChat(anyone);
    const guest = await insertAgent(service, { roles: ['user'] });
    const path = 'livechat/room.closeByUser';
    expect((await anyone.post(path, { rid, comment: 'x' })).status).toBe(401);
    expect((await guest.api.post(path, { rid, comment: 'x' })).status).toBe(403);
    const close = (api: ApiClient, body: object) => errorOf(api.post(path, body));
    expect(await close(admin, {})).toBe("400 must have required property 'rid' [invalid-params]");
    expect(await close(admin, { rid: 'no-room', comment: 'x' })).toBe('400 error-invalid-room');
    expect(await close(agent.api, { rid, comment: 'x' })).toBe('400 error-not-authorized');
    expect(await close(admin, { rid })).toBe('400 error-comment-is-required');
    expect(await close(admin, { rid, comment: ' ' })).toBe('400 error-comment-is-required');
    expect(await close(admin, { rid, comment: 'x' })).toBe('200 undefined');
    expect(await close(admin, { rid, comment: 'x' })).toBe('400 error-room-already-closed');
  });

  it('needs no comment if none is required', async () => {
    const { rid } = await startChat(anyone);
    await withSetting(admin, 'Livechat_request_comment_when_closing_conversation', false, async () => {
      expect((await admin.post('livechat/room.closeByUser', { rid })).status).toBe(200);
    });
  });

  it('has one winner among several', async () => {
    const { rid } = await startChat(anyone);
    const body = { rid, comment: 'Done' };
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => admin.post('livechat/room.closeByUser', body)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const lost = answers.filter(({ status }) => status === 400).map(({ body: { error } }) => error);
    expect(lost).toHaveLength(2);
    // Who comes when all is over is told so; nobody is told anything else.
    const refusals = ['error-room-cannot-be-closed-try-again', 'error-room-already-closed'];
    expect(refusals).toEqual(expect.arrayContaining(lost));
    expect(await transcriptOf(service.db, rid)).toEqual(['livechat-started:', 'livechat-close:Done']);
  });

  it('cleans up what an interrupted closing left in the queue', async () => {
    const { rid } = await startChat(anyone);
    const change = { $unset: { open: 1 as const }, $set: { closedAt: new Date(Date.now() - 60_000) } };
    await collection(service.db, 'room').updateOne({ _id: rid }, change);
    const { body } = await admin.post('livechat/room.closeByUser', { rid, comment: 'x' });
    expect(body.error).toBe('error-room-already-closed');
    expect(await count('livechat_inquiry', rid)).toBe(0);
  });
});
