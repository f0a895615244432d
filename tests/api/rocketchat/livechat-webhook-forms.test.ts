import request from 'supertest';
import { checked } from '../../support/client.ts';
import {
  type Agent,
  createDepartment,
  insertAgent,
  say,
  startChat,
  take,
  withSetting,
} from '../../support/conversations.ts';
import { eventually } from '../../support/eventually.ts';
import { useService } from '../../support/use-service.ts';
import { collection, unique } from '../../support/visitors.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts';

const { service, anyone, admin } = useService({
  FOYER_WEBHOOK_ALLOW: '127.0.0.0/8',
  OVERWRITE_SETTING_Livechat_Routing_Method: 'Manual_Selection',
  OVERWRITE_SETTING_Livechat_webhook_on_close: 'true',
  OVERWRITE_SETTING_Livechat_webhook_on_forward: 'true',
  OVERWRITE_SETTING_Livechat_webhook_on_visitor_message: 'true',
});

describe("Rocket.Chat's webhook", () => {
  let receiver: WebhookReceiver;
  let agent: Agent;
  beforeAll(async () => {
    agent = await insertAgent(service);
  });
  beforeEach(async () => {
    receiver = await startWebhookReceiver();
    const url = { value: `${receiver.url}/crm` };
    expect((await admin.post('settings/Livechat_webhookUrl', url)).status).toBe(200);
  });
  afterEach(() => receiver.stop());
  const eventsOf = (type: string, rid: string) =>
    receiver.events.flatMap(({ body }) => (body.type === type && body._id === rid ? [body] : []));
  const messagesTold = async (type: string, rid: string) => {
    await eventually(() => expect(eventsOf(type, rid)).toHaveLength(1));
    return eventsOf(type, rid)[0]?.messages;
  };
  const close = (rid: string) => admin.post('livechat/room.closeByUser', { rid, comment: 'Bye' });

  it('tells of a chat that is forwarded: who had it, or in which department it was, and not of one that returns', async () => {
    const [one, other] = [await createDepartment(admin, [agent]), await createDepartment(admin, [agent])];
    const { rid } = await startChat(anyone, { department: one });
    await take(agent, rid);
    await admin.post('livechat/inquiries.returnAsInquiry', { roomId: rid });
    await take(agent, rid);
    const colleague = await insertAgent(service);
    const forward = async (to: object) =>
      expect((await admin.post('livechat/room.forward', { roomId: rid, ...to })).status).toBe(200);
    await forward({ userId: colleague._id });
    await forward({ departmentId: other });
    await take(agent, rid);
    await admin.post('livechat/inquiries.returnAsInquiry', { roomId: rid, departmentId: one });
    await close(rid);
    await messagesTold('LivechatSession', rid);
    await eventually(() => expect(eventsOf('LivechatSessionForwarded', rid)).toHaveLength(3));
    const [toColleague, ...toDepartments] = eventsOf('LivechatSessionForwarded', rid)
      .map(({ oldServedBy, oldDepartmentId }) => ({ oldServedBy, oldDepartmentId }))
      .sort((a, b) => Number(a.oldServedBy === undefined) - Number(b.oldServedBy === undefined));
    expect(toColleague).toEqual({
      oldServedBy: { _id: agent._id, username: agent.username, ts: expect.any(String) },
    });
    expect(toDepartments.map(({ oldDepartmentId }) => oldDepartmentId).sort()).toEqual([one, other].sort());
  });

  it('tells the whole address of a file, and the blocks that an app of Rocket.Chat has stored', async () => {
    const { rid, token } = await startChat(anyone);
    const form = request(service.app)
      .post(`/api/v1/livechat/upload/${rid}`)
      .set('x-visitor-token', token)
      .attach('file', Buffer.from('abc'), { filename: 'a b.pdf', contentType: 'application/pdf' });
    const { file, attachments } = (await checked(form)).body;
    expect(await messagesTold('Message', rid)).toEqual([
      expect.objectContaining({
        ...{ file, attachments },
        fileUpload: {
          publicFilePath: expect.stringMatching(/^http:.+\/file-upload\/\w+\/a%20b\.pdf$/),
          ...{ type: 'application/pdf', size: 3 },
        },
      }),
    ]);
    const blocks = [{ type: 'divider' }];
    const u = { _id: 'app', username: 'app' };
    await collection(service.db, 'message').insertOne({
      ...{ _id: unique('message'), rid, msg: '', ts: new Date(), u, blocks },
    });
    await close(rid);
    expect(await messagesTold('LivechatSession', rid)).toContainEqual(
      expect.objectContaining({ msg: JSON.stringify(blocks), blocks, agentId: 'app' }),
    );
  });

  it('tells what an agent enters once the conversation is over, and nothing of it before', async () => {
    const { rid, visitor } = await startChat(anyone);
    await take(agent, rid);
    const save = (topic: string) => ({ guestData: { _id: visitor._id }, roomData: { _id: rid, topic } });
    expect((await admin.post('livechat/room.saveInfo', save('early'))).status).toBe(200);
    await close(rid);
    expect((await admin.post('livechat/room.saveInfo', save('A refund'))).status).toBe(200);
    expect(await messagesTold('LivechatEdit', rid)).toMatchObject([{ msg: 'Bye', closingMessage: true }]);
    expect(eventsOf('LivechatEdit', rid)).toMatchObject([{ _id: rid, topic: 'A refund' }]);
  });

  it.each([
    ['leaves out the pages that were visited', false],
    ['has them if another setting says so, too', true],
  ])('tells what was edited and, where pages are shown as messages, %s', async (_story, isAskedFor) => {
    const { rid, token } = await startChat(anyone);
    const said = await say(anyone, token, rid, 'Helo');
    await anyone.put(`livechat/message/${said._id}`, { token, rid, msg: 'Hello' });
    const page = { title: 'Shop', change: 'url', location: { href: 'http://shop.example/' } };
    const setting = 'Send_visitor_navigation_history_livechat_webhook_request';
    await withSetting(admin, 'Livechat_Visitor_navigation_as_a_message', true, () =>
      withSetting(admin, setting, isAskedFor, async () => {
        await anyone.post('livechat/page.visited', { token, rid, pageInfo: page });
        await close(rid);
        expect(await messagesTold('LivechatSession', rid)).toMatchObject([
          { msg: 'Hello', editedAt: expect.any(String) },
          ...(isAskedFor ? [{ navigation: { page } }] : []),
          { msg: 'Bye', closingMessage: true },
        ]);
      }),
    );
  });
});
