import {
  type Agent,
  insertAgent,
  manualSelection,
  openRoom,
  sendAgentsAway,
  startChat,
  storedRoom,
  transcriptOf,
  withSetting,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, insertOpenRoom, registerVisitor } from '../../support/visitors.ts';

const aMinuteAgo = () => new Date(Date.now() - 60_000);

describe('if agents take chats from the queue', () => {
  const { service, anyone } = useService(manualSelection);
  const inquiriesOf = (rid: string) => collection(service.db, 'livechat_inquiry').find({ rid }).toArray();
  const seats = (rid: string) => collection(service.db, 'subscription').countDocuments({ rid });

  let agent: Agent;
  beforeAll(async () => {
    agent = await insertAgent(service);
  });

  describe('a request that died half-way', () => {
    it('leaves a room whose inquiry, first message and page views the next request adds', async () => {
      const { token, rid, visitor } = await startChat(anyone);
      await collection(service.db, 'livechat_inquiry').deleteMany({ rid });
      await collection(service.db, 'message').deleteMany({ rid });
      await collection(service.db, 'room').updateOne({ _id: rid }, { $set: { msgs: 0, ts: aMinuteAgo() } });
      await collection(service.db, 'livechat_visitor').updateOne(
        { _id: visitor._id },
        { $unset: { lastChat: 1 } },
      );
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => anyone.get('livechat/room', { token })),
      );
      for (const { body } of answers) expect(body).toMatchObject({ room: { _id: rid }, newRoom: false });
      expect(await inquiriesOf(rid)).toMatchObject([{ status: 'queued' }]);
      expect(await transcriptOf(service.db, rid)).toEqual(['livechat-started:']);
      expect((await storedRoom(service.db, rid)).msgs).toBe(1);
      expect((await anyone.get(`livechat/visitor/${token}`)).body.visitor.lastChat._id).toBe(rid);
    });

    it('leaves an assignment that the next request finishes', async () => {
      const { token, rid } = await startChat(anyone);
      const servedBy = { _id: agent._id, username: agent.username, ts: aMinuteAgo() };
      await collection(service.db, 'room').updateOne({ _id: rid }, { $set: { servedBy } });
      await anyone.get('livechat/room', { token });
      expect(await inquiriesOf(rid)).toMatchObject([{ status: 'taken' }]);
      expect(await collection(service.db, 'subscription').countDocuments({ rid })).toBe(1);
      const messages = await transcriptOf(service.db, rid);
      expect(messages.sort()).toEqual(['command:connected', 'livechat-started:', 'uj:']);
    });

    it('is not considered dead while it may be working', async () => {
      const { token, rid } = await startChat(anyone);
      const servedBy = { _id: agent._id, username: agent.username, ts: new Date() };
      await collection(service.db, 'room').updateOne({ _id: rid }, { $set: { servedBy } });
      expect((await openRoom(anyone, { token })).servedBy?._id).toBe(agent._id);
      expect(await seats(rid)).toBe(0);
      expect(await inquiriesOf(rid)).toMatchObject([{ status: 'queued' }]);
    });
  });

  describe('a room that is requested again', () => {
    it('keeps waiting for an agent, however long it has waited', async () => {
      const { token, rid } = await startChat(anyone);
      const ts = aMinuteAgo();
      await collection(service.db, 'livechat_inquiry').updateOne({ rid }, { $set: { ts } });
      expect(await openRoom(anyone, { token })).not.toHaveProperty('servedBy');
      expect(await inquiriesOf(rid)).toMatchObject([{ status: 'queued' }]);
    });

    it('is returned as it is if an agent serves it without an inquiry, as in older releases', async () => {
      const visitor = await registerVisitor(anyone);
      const servedBy = { _id: agent._id, username: agent.username, ts: aMinuteAgo() };
      const rid = await insertOpenRoom(service.db, visitor, { servedBy });
      await collection(service.db, 'livechat_inquiry').deleteMany({ rid });
      expect((await openRoom(anyone, visitor))._id).toBe(rid);
      expect(await inquiriesOf(rid)).toEqual([]);
      expect(await transcriptOf(service.db, rid)).toEqual([]);
    });
  });
});

describe('if the next agent is chosen', () => {
  const { service, anyone, admin } = useService();
  const inquiries = () => collection(service.db, 'livechat_inquiry');
  const chatsOf = async ({ _id }: Agent) =>
    (await service.db.collection<{ _id: string; livechatCount?: number }>('users').findOne({ _id }))
      ?.livechatCount;

  it('what a dead request left undone is done once, however many requests ask at once', async () => {
    const agent = await insertAgent(service);
    const visitor = await registerVisitor(anyone);
    const rid = await insertOpenRoom(service.db, visitor, { ts: aMinuteAgo() });
    await inquiries().deleteMany({ rid });
    await collection(service.db, 'subscription').deleteMany({ rid });
    await Promise.all(Array.from({ length: 6 }, () => openRoom(anyone, visitor)));
    expect((await storedRoom(service.db, rid)).servedBy?._id).toBe(agent._id);
    expect(await chatsOf(agent)).toBe(1);
    expect(await transcriptOf(service.db, rid)).toEqual(['livechat-started:', 'command:connected', 'uj:']);
    await sendAgentsAway(service.db);
  });

  it('a chat that may be about to be assigned to an agent is not assigned to another', async () => {
    await withSetting(admin, 'Livechat_accept_chats_with_no_agents', true, async () => {
      const { token, rid } = await startChat(anyone);
      const agent = await insertAgent(service);
      expect(await openRoom(anyone, { token })).not.toHaveProperty('servedBy');
      await inquiries().updateOne({ rid }, { $set: { ts: aMinuteAgo() } });
      expect((await openRoom(anyone, { token })).servedBy?._id).toBe(agent._id);
    });
  });
});
