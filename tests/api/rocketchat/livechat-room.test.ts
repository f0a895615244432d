import { clientOf } from '../../support/accounts.ts';
import { apiClient, errorOf } from '../../support/client.ts';
import {
  type Agent,
  inquiryOf,
  insertAgent,
  manualSelection,
  openRoom,
  sendAgentsAway,
  startChat,
  storedRoom,
  transcriptOf,
  withSetting,
} from '../../support/conversations.ts';
import { withTestService } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';
import {
  collection,
  insertClosedRoom,
  insertOpenRoom,
  registerVisitor,
  unique,
} from '../../support/visitors.ts';

const { service, anyone, admin } = useService(manualSelection);

let agent: Agent;
beforeAll(async () => {
  agent = await insertAgent(service);
});

const rooms = () => collection(service.db, 'room');
const roomsOf = (visitorId: string) => rooms().find({ 'v._id': visitorId }).toArray();
const inquiriesOf = (rid: string) => collection(service.db, 'livechat_inquiry').find({ rid }).toArray();

describe("the visitor's room", () => {
  it('is opened with its inquiry and its first message', async () => {
    const visitor = await registerVisitor(anyone, { name: 'Vi' });
    const answer = await anyone.get('livechat/room', { token: visitor.token });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body)).toEqual(['room', 'newRoom', 'success']);
    const { room, newRoom } = answer.body;
    expect(newRoom).toBe(true);
    expect(room).toEqual({
      _id: expect.stringMatching(/^\w{17}$/),
      msgs: 1,
      usersCount: 1,
      lm: room.ts,
      fname: 'Vi',
      t: 'l',
      ts: expect.stringMatching(/Z$/),
      v: { _id: visitor._id, username: visitor.username, token: visitor.token, status: 'online' },
      contactId: expect.stringMatching(/^[0-9a-f]{24}$/),
      cl: false,
      open: true,
      waitingResponse: true,
      verified: false,
      source: { type: 'api' },
      queuedAt: room.ts,
      priorityWeight: 99,
      estimatedWaitingTimeQueue: 9_999_999,
      _enforceSingleRoom: true,
      _updatedAt: expect.stringMatching(/Z$/),
    });
    expect(await transcriptOf(service.db, room._id)).toEqual(['livechat-started:']);
    expect(await inquiryOf(admin, room._id)).toMatchObject({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      rid: room._id,
      name: 'Vi',
      status: 'queued',
      message: '',
      v: room.v,
      t: 'l',
      source: { type: 'api' },
    });
    const { body: info } = await anyone.get(`livechat/visitor/${visitor.token}`);
    expect(info.visitor.lastChat).toEqual({ _id: room._id, ts: room.ts });
  });

  it('is the same one when asked for again, with or without its id', async () => {
    const { token, rid } = await startChat(anyone);
    const again = await anyone.get('livechat/room', { token });
    expect(again.body).toMatchObject({ room: { _id: rid }, newRoom: false });
    const byId = await anyone.get('livechat/room', { token, rid });
    expect(byId.body).toMatchObject({ room: { _id: rid }, newRoom: false });
    expect(await transcriptOf(service.db, rid)).toEqual(['livechat-started:']);
  });

  it('is a new one after the last was closed', async () => {
    const { token, rid } = await startChat(anyone);
    await anyone.post('livechat/room.close', { token, rid });
    const { body } = await anyone.get('livechat/room', { token });
    expect(body.newRoom).toBe(true);
    expect(body.room._id).not.toBe(rid);
  });

  it('comes from the widget where its cookies say so', async () => {
    const { token } = await registerVisitor(anyone);
    const widget = apiClient(service.app, {
      Cookie: 'rc_room_type=l; rc_is_widget=t; rc_rid=undefined',
      Host: 'chat.example',
    });
    const { body } = await widget.get('livechat/room', { token });
    expect(body.room.source).toEqual({ type: 'widget', destination: 'chat.example' });
  });

  it('takes over the pages that were seen before it', async () => {
    const { token } = await registerVisitor(anyone);
    const pageInfo = { title: 'Home', change: 'url', location: { href: 'https://shop.example/' } };
    await anyone.post('livechat/page.visited', { token, pageInfo });
    const { _id } = await openRoom(anyone, { token });
    const { body } = await admin.get(`livechat/visitors.pagesVisited/${_id}`);
    expect(body).toMatchObject({ count: 1, offset: 0, total: 1 });
    expect(body.pages[0]).toMatchObject({ rid: _id, msg: 'Home - https://shop.example/' });
  });

  it('remembers the agent asked for', async () => {
    const { token } = await registerVisitor(anyone);
    const { body } = await anyone.get('livechat/room', { token, agentId: agent._id });
    const [inquiry] = await inquiriesOf(body.room._id);
    expect(inquiry).toMatchObject({ defaultAgent: { agentId: agent._id, username: agent.username } });
  });
});

describe('a request for a room is refused', () => {
  it('without a token', async () => {
    const answer = await anyone.get('livechat/room');
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error: "Match error: Missing key 'token'" });
  });

  it('for an unknown token, in plain words', async () => {
    const answer = await anyone.get('livechat/room', { token: unique('nobody') });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error: 'invalid-token' });
    expect(answer.body).not.toHaveProperty('errorType');
  });

  it("for a room that does not exist, is closed, or is somebody else's", async () => {
    const { token } = await registerVisitor(anyone);
    const closed = await startChat(anyone);
    await anyone.post('livechat/room.close', { token: closed.token, rid: closed.rid });
    const foreign = await startChat(anyone);
    for (const rid of ['no-room', foreign.rid]) {
      expect(await errorOf(anyone.get('livechat/room', { token, rid }))).toBe('400 invalid-room');
    }
    const again = anyone.get('livechat/room', { token: closed.token, rid: closed.rid });
    expect(await errorOf(again)).toBe('400 invalid-room');
  });

  it('if omnichannel is disabled', async () => {
    const { token } = await registerVisitor(anyone);
    await withSetting(admin, 'Livechat_enabled', false, async () => {
      const { status, body } = await anyone.get('livechat/room', { token });
      expect(status).toBe(400);
      expect(body).toMatchObject({
        success: false,
        error: '[error-omnichannel-is-disabled]',
        errorType: 'error-omnichannel-is-disabled',
      });
    });
  });

  it('if no agent is available, unless chats are accepted without any', () =>
    withTestService(manualSelection, async (lonely) => {
      const api = apiClient(lonely.app);
      const { _id, token } = await registerVisitor(api);
      await insertAgent(lonely);
      await sendAgentsAway(lonely.db);
      const { status, body } = await api.get('livechat/room', { token });
      expect(status).toBe(400);
      expect(body).toMatchObject({
        success: false,
        error: 'Sorry, no online agents [no-agent-online]',
        errorType: 'no-agent-online',
      });
      expect(await lonely.db.collection('rocketchat_room').countDocuments({ 'v._id': _id })).toBe(0);
      const boss = await clientOf(lonely.app);
      await withSetting(boss, 'Livechat_accept_chats_with_no_agents', true, async () => {
        expect((await api.get('livechat/room', { token })).body.newRoom).toBe(true);
      });
    }));
});

describe('one open room per visitor', () => {
  it('holds however many requests race for it', async () => {
    const { _id, token } = await registerVisitor(anyone);
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => anyone.get('livechat/room', { token })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
    const ids = new Set(answers.map(({ body }) => body.room._id));
    expect(ids.size).toBe(1);
    expect(answers.filter(({ body }) => body.newRoom)).toHaveLength(1);
    const [rid = ''] = ids;
    expect(await roomsOf(_id)).toHaveLength(1);
    expect(await inquiriesOf(rid)).toHaveLength(1);
    expect(await transcriptOf(service.db, rid)).toEqual(['livechat-started:']);
    expect((await storedRoom(service.db, rid)).msgs).toBe(1);
  });

  it('holds between two instances on one database', async () => {
    const env = { ...manualSelection, MONGO_URL: service.mongoUrl };
    await withTestService(env, async ({ app }) => {
      const { _id, token } = await registerVisitor(anyone);
      const clients = [anyone, apiClient(app), anyone, apiClient(app)];
      const answers = await Promise.all(clients.map((api) => api.get('livechat/room', { token })));
      expect(new Set(answers.map(({ body }) => body.room._id)).size).toBe(1);
      expect(await roomsOf(_id)).toHaveLength(1);
    });
  });

  it('copes with several that an older Rocket.Chat left open: the newest one is used', async () => {
    const visitor = await registerVisitor(anyone);
    await insertOpenRoom(service.db, visitor, { ts: new Date('2020-01-01') });
    const newest = await insertOpenRoom(service.db, visitor, { ts: new Date('2021-01-01') });
    await insertClosedRoom(service.db, visitor);
    const { body } = await anyone.get('livechat/room', { token: visitor.token });
    expect(body).toMatchObject({ room: { _id: newest }, newRoom: false });
    expect(await roomsOf(visitor._id)).toHaveLength(3);
  });

  it("leaves room for Rocket.Chat's e-mail rooms of older releases beside it", async () => {
    const visitor = await registerVisitor(anyone);
    const source = { type: 'email', id: 'inbox' };
    await openRoom(anyone, visitor);
    await insertOpenRoom(service.db, visitor, { source, email: { thread: ['a'] } });
    await insertOpenRoom(service.db, visitor, { source, email: { thread: ['b'] } });
    expect(await roomsOf(visitor._id)).toHaveLength(3);
  });
});
