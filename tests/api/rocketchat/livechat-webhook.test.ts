import { clientOf } from '../../support/accounts.ts';
import { type ApiClient, apiClient } from '../../support/client.ts';
import {
  type Agent,
  createDepartment,
  insertAgent,
  say,
  startChat,
  storedRoom,
  take,
} from '../../support/conversations.ts';
import { eventually } from '../../support/eventually.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { registerVisitor } from '../../support/visitors.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts';

const switches = [
  'Livechat_webhook_on_start',
  'Livechat_webhook_on_chat_queued',
  'Livechat_webhook_on_chat_taken',
  'Livechat_webhook_on_close',
  'Livechat_webhook_on_offline_msg',
  'Livechat_webhook_on_visitor_message',
  'Livechat_webhook_on_agent_message',
  'Livechat_webhook_on_capture',
];

describe("Rocket.Chat's webhook", () => {
  let receiver: WebhookReceiver;
  let service: TestService;
  let anyone: ApiClient;
  let admin: ApiClient;
  let agent: Agent;
  const set = async (id: string, value: unknown) =>
    expect((await admin.post(`settings/${id}`, { value })).status).toBe(200);
  beforeAll(async () => {
    service = await startTestService({
      FOYER_WEBHOOK_ALLOW: '127.0.0.0/8',
      OVERWRITE_SETTING_Livechat_Routing_Method: 'Manual_Selection',
      OVERWRITE_SETTING_Livechat_validate_offline_email: 'false',
    });
    anyone = apiClient(service.app);
    admin = await clientOf(service.app);
    agent = await insertAgent(service, {
      emails: [{ address: 'bo@example.org', verified: true }],
      name: 'Bo Smith',
      customFields: { desk: '7', salary: '9' },
    });
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    receiver = await startWebhookReceiver();
    for (const id of switches) await set(id, true);
    await set('Livechat_webhookUrl', `${receiver.url}/crm`);
    await set('Livechat_secret_token', '');
  });
  afterEach(() => receiver.stop());
  const typesTold = () => receiver.events.map(({ body }) => body.type).sort();
  const eventOf = async (type: string) => {
    await eventually(() => expect(typesTold()).toContain(type));
    return receiver.events.find(({ body }) => body.type === type) as WebhookReceiver['events'][number];
  };
  const close = (rid: string) =>
    admin.post('livechat/room.closeByUser', { rid, comment: 'Bye', tags: ['sale'] });

  it('tells what becomes of a conversation, in the forms of Rocket.Chat', async () => {
    const department = await createDepartment(admin, [agent]);
    const { rid, visitor, token } = await startChat(anyone, {
      ...{ name: 'Ann', email: 'ann@example.org', phone: '555', department },
    });
    const queued = await eventOf('LivechatSessionQueued');
    expect(queued.path).toBe('/crm');
    expect(queued.headers).toMatchObject({ 'content-type': 'application/json', accept: 'application/json' });
    expect((await eventOf('LivechatSessionStart')).body).toEqual({
      _id: rid,
      label: 'Ann',
      createdAt: expect.any(String),
      lastMessageAt: expect.any(String),
      visitor: {
        ...{ _id: visitor._id, token, name: 'Ann', username: visitor.username, department },
        ...{ email: [{ address: 'ann@example.org' }], phone: [{ phoneNumber: '555' }] },
      },
      type: 'LivechatSessionStart',
      messages: [],
      departmentId: department,
    });
    await set('Accounts_CustomFields', '{"desk":{"sendToIntegrations":true},"salary":{}}');
    await take(agent, rid);
    const taken = (await eventOf('LivechatSessionTaken')).body;
    expect(taken.agent).toEqual({
      ...{ _id: agent._id, username: agent.username, name: 'Bo Smith' },
      email: [{ address: 'bo@example.org', verified: true }],
      customFields: { desk: '7' },
    });
    expect(taken).toMatchObject({
      servedBy: { _id: agent._id, username: agent.username },
      departmentId: department,
    });
    expect((await close(rid)).status).toBe(200);
    expect((await eventOf('LivechatSession')).body).toMatchObject({
      ...{ _id: rid, tags: ['sale'], closer: 'user', closedAt: expect.any(String) },
      closedBy: { username: expect.any(String) },
      messages: [{ msg: 'Bye', closingMessage: true }],
    });
  });

  it('tells of a chat that comes back into the queue, by returning or forwarding it', async () => {
    const department = await createDepartment(admin, [agent]);
    const queuings = () =>
      receiver.events.flatMap(({ body }) => (body.type === 'LivechatSessionQueued' ? [body] : []));
    const { rid } = await startChat(anyone);
    await take(agent, rid);
    await eventually(() => expect(queuings()).toHaveLength(1));
    expect((await admin.post('livechat/inquiries.returnAsInquiry', { roomId: rid })).status).toBe(200);
    await eventually(() => expect(queuings()).toHaveLength(2));
    await take(agent, rid);
    const forwarding = { roomId: rid, departmentId: department };
    expect((await admin.post('livechat/room.forward', forwarding)).status).toBe(200);
    await eventually(() => expect(queuings()).toHaveLength(3));
    expect(queuings()).toContainEqual(expect.objectContaining({ _id: rid, departmentId: department }));
  });

  it("tells of each message, with its author's kind, and of every visitor's text as a lead", async () => {
    const { rid, token, visitor } = await startChat(anyone);
    await take(agent, rid);
    const said = await say(anyone, token, rid, 'Hello');
    const answer = { message: { rid, msg: 'Hi' } };
    expect((await agent.api.post('chat.sendMessage', answer)).status).toBe(200);
    await eventually(() =>
      expect(typesTold().filter((type) => type === 'Message' || type === 'LeadCapture')).toEqual([
        ...['LeadCapture', 'Message', 'Message'],
      ]),
    );
    const told = receiver.events
      .filter(({ body }) => body.type === 'Message')
      .map(({ body }) => body.messages);
    expect(told).toContainEqual([
      {
        ...{ _id: said._id, rid, msg: 'Hello', ts: expect.any(String), _updatedAt: expect.any(String) },
        ...{
          username: visitor.username,
          u: { _id: visitor._id, username: visitor.username, name: visitor.name },
        },
      },
    ]);
    expect(told).toContainEqual([expect.objectContaining({ msg: 'Hi', agentId: agent._id })]);
    expect((await eventOf('LeadCapture')).body).toMatchObject({ _id: rid, messages: [] });
  });

  it('tells of messages that were left', async () => {
    const form = { name: 'Ann', email: 'ann@example.org', message: 'Are you there?' };
    await anyone.post('livechat/offline.message', form);
    expect((await eventOf('LivechatOfflineMessage')).body).toEqual({
      ...{ type: 'LivechatOfflineMessage', sentAt: expect.any(String), message: 'Are you there?' },
      visitor: { name: 'Ann', email: 'ann@example.org' },
    });
  });

  it('carries the secret as it is, if there is one', async () => {
    const { rid } = await startChat(anyone);
    expect((await eventOf('LivechatSessionStart')).headers).not.toHaveProperty('x-rocketchat-livechat-token');
    await set('Livechat_secret_token', ' s3cret/+=');
    await close(rid);
    expect((await eventOf('LivechatSession')).headers['x-rocketchat-livechat-token']).toBe('s3cret/+=');
  });

  it('keeps what the receiver answers with the room, and tells it from then on', async () => {
    receiver.say('{"case":7}');
    const { rid } = await startChat(anyone);
    await eventually(async () => expect((await storedRoom(service.db, rid)).crmData).toBe('{"case":7}'));
    await close(rid);
    expect((await eventOf('LivechatSession')).body).toMatchObject({ crmData: '{"case":7}' });
  });

  it('tells nothing that the settings do not ask for', async () => {
    for (const id of switches) if (id !== 'Livechat_webhook_on_close') await set(id, false);
    const { rid, token } = await startChat(anyone);
    await say(anyone, token, rid, 'Hello');
    await close(rid);
    await eventOf('LivechatSession');
    expect(typesTold()).toEqual(['LivechatSession']);
    await set('Livechat_webhookUrl', '');
    const other = await startChat(anyone);
    await close(other.rid);
    const waiting = service.db.collection('foyer_delivery').find({ dueAt: { $exists: true } });
    expect(await waiting.toArray()).toEqual([]);
  });

  it('keeps nothing that was said while it waits, and nothing at all of a visitor who was deleted', async () => {
    receiver.answerWith(500);
    const waiting = () =>
      service.db
        .collection('foyer_delivery')
        .find({ dueAt: { $exists: true } })
        .toArray();
    const { rid, token } = await startChat(anyone, { name: 'Ann' });
    await eventOf('LivechatSessionStart');
    await close(rid);
    const kept = await waiting();
    expect(kept.length).toBeGreaterThan(0);
    expect(JSON.stringify(kept)).not.toContain('Ann');
    expect(JSON.stringify(kept)).not.toContain(token);
    expect((await anyone.delete(`livechat/visitor/${token}`)).status).toBe(200);
    await eventually(async () => expect(await waiting()).toEqual([]));
  });

  it('holds up nobody when the receiver hangs', async () => {
    receiver.hang();
    await set('Livechat_http_timeout', 60_000);
    const began = Date.now();
    for (let chats = 0; chats < 5; chats += 1) {
      const { rid, token } = await startChat(anyone);
      await say(anyone, token, rid, 'Hello');
    }
    await registerVisitor(anyone);
    expect(Date.now() - began).toBeLessThan(30_000);
    await set('Livechat_http_timeout', 5_000);
  });

  describe('is tested by hand', () => {
    const test = async () => {
      const { status, body } = await admin.post('livechat/webhook.test', {});
      return [status, body.error];
    };

    it('with a sample, and any answer but 200 is a failure', async () => {
      await set('Livechat_secret_token', 's3cret');
      expect(await test()).toEqual([200, undefined]);
      expect(receiver.events[0]).toMatchObject({
        headers: { 'x-rocketchat-livechat-token': 's3cret' },
        body: { type: 'LivechatSession', messages: [{ msg: 'Hello' }, {}] },
      });
      for (const status of [201, 302, 404, 500]) {
        receiver.answerWith(status);
        expect(await test()).toEqual([400, 'error-invalid-webhook-response']);
      }
      receiver.answerWith(302, 'http://169.254.169.254/latest/meta-data');
      expect(await test()).toEqual([400, 'error-invalid-webhook-response']);
      await set('Livechat_http_timeout', 50);
      receiver.hang();
      expect(await test()).toEqual([400, 'error-invalid-webhook-response']);
      await set('Livechat_http_timeout', 5_000);
    });

    it.each(['http://10.0.0.1/', 'ftp://127.0.0.1/', 'file:///etc/passwd', 'nonsense', 'http://[::1]:1/'])(
      'and goes nowhere for %s',
      async (url) => {
        await set('Livechat_webhookUrl', url);
        expect(await test()).toEqual([400, 'error-invalid-webhook-response']);
      },
    );

    it('if there is a receiver, by those who may see webhooks', async () => {
      await set('Livechat_webhookUrl', '');
      expect(await test()).toEqual([400, 'Webhook_URL_not_set']);
      expect((await agent.api.post('livechat/webhook.test', {})).status).toBe(403);
      expect((await anyone.post('livechat/webhook.test', {})).status).toBe(401);
    });
  });

  it('shows its settings to managers', async () => {
    await set('Livechat_secret_token', 's3cret');
    const { body } = await admin.get('livechat/integrations.settings');
    expect(body.settings).toHaveLength(11);
    expect(body.settings.slice(0, 4)).toEqual([
      { _id: 'Livechat_webhookUrl', value: `${receiver.url}/crm` },
      { _id: 'Livechat_secret_token', value: 's3cret' },
      { _id: 'Livechat_http_timeout', value: 5_000 },
      { _id: 'Livechat_webhook_on_start', value: true },
    ]);
    expect((await agent.api.get('livechat/integrations.settings')).status).toBe(403);
  });

  it('lets managers change several settings at once', async () => {
    const change = (body: object, by = admin) => by.post('omnichannel/integrations', body);
    const shown = async () => (await admin.get('livechat/integrations.settings')).body.settings;
    const before = await shown();
    const { status, body } = await change({
      ...{ LivechatSecretToken: ' new ', LivechatHttpTimeout: 3_000, LivechatWebhookOnStart: false },
    });
    expect([status, body]).toEqual([200, { success: true }]);
    expect(await shown()).toEqual([
      before[0],
      { _id: 'Livechat_secret_token', value: 'new' },
      { _id: 'Livechat_http_timeout', value: 3_000 },
      { _id: 'Livechat_webhook_on_start', value: false },
      ...before.slice(4),
    ]);
    expect((await change({ LivechatWebhookUrl: 8000 })).status).toBe(200);
    expect((await shown())[0]).toEqual({ _id: 'Livechat_webhookUrl', value: '8000' });
    const unknown = await change({ LivechatWebhook_url: 'http://localhost:8000' });
    expect([unknown.status, unknown.body.errorType]).toEqual([400, 'invalid-params']);
    expect((await change({ LivechatSecretToken: '' }, agent.api)).status).toBe(403);
  });
});
