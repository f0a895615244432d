import request from 'supertest';
import { clientOf, logIn } from '../../support/accounts.ts';
import { apiClient, checked, headersOf } from '../../support/client.ts';
import { createDepartment, insertAgent, startChat } from '../../support/conversations.ts';
import { eventually } from '../../support/eventually.ts';
import { type LiveChatClient, liveChatClient } from '../../support/livechat.ts';
import { adminUsername, startTestService, type TestService } from '../../support/service.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts';

describe("LiveChat's webhooks", () => {
  let receiver: WebhookReceiver;
  let service: TestService;
  let client: LiveChatClient;
  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    service = await startTestService({
      FOYER_WEBHOOK_ALLOW: '127.0.0.0/8',
      OVERWRITE_SETTING_Livechat_validate_offline_email: 'false',
      OVERWRITE_SETTING_Foyer_License_Number: '4200',
    });
    const admin = await clientOf(service.app);
    const { token } = (await admin.post('users.generatePersonalAccessToken', { tokenName: 'crm' })).body;
    client = liveChatClient(() => service.app, adminUsername, token);
    await insertAgent(service, { name: 'Bo Smith' });
  });
  afterAll(async () => {
    await service.stop();
    await receiver.stop();
  });
  const eventsOf = (type: string) => receiver.events.filter(({ body }) => body.event_type === type);

  it('are added by form or JSON, listed, and removed', async () => {
    const form =
      'event_type=chat_changed&data_types[]=visitor&data_types[]=chat&url=https%3A%2F%2Fcrm.example%2Fhook';
    const added = await client.post('/webhooks', form);
    const [hook] = added.body.events;
    expect(hook).toEqual({
      ...{ licence: 4200, event_type: 'chat_changed', data_types: ['visitor', 'chat'], verified: true },
      ...{ url: 'https://crm.example/hook' },
      ...{ token: expect.stringMatching(/^[0-9a-f]{32}$/), id: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
    const json = { event_type: 'visitor_queued', data_types: ['visitor'], url: 'http://crm.example/' };
    const other = (await client.post('/webhooks', json)).body.events[0];
    expect((await client.get('/webhooks')).body.events).toEqual([hook, other]);
    for (const { id } of [hook, other])
      expect((await client.delete(`/webhooks/${id}`)).body).toEqual({
        result: 'Push notification removed successfully',
      });
    expect((await client.get('/webhooks')).body).toEqual({ events: [] });
    expect((await client.delete(`/webhooks/${hook.id}`)).status).toBe(404);
    expect((await client.delete('/webhooks/abc')).status).toBe(400);
  });

  it.each([
    [{}, 3],
    [{ event_type: 'chat_started', data_types: ['ticket'], url: 'https://x.example' }, 1],
    [{ event_type: 'chat_started', data_types: [], url: 'https://x.example' }, 1],
    [{ event_type: 'chat_started', data_types: ['chat'], url: 'ftp://x.example' }, 1],
    [{ event_type: 'nothing', data_types: ['chat'], url: 'https://x.example' }, 2],
    [{ event_type: { $ne: 1 }, data_types: { $ne: 1 }, url: { $ne: 1 } }, 3],
  ])('are refused with everything that is wrong: %j', async (body, problems) => {
    const { status, body: answer } = await client.post('/webhooks', body);
    expect([status, answer.errors.length]).toEqual([400, problems]);
  });

  it('are told when a chat begins and ends, once, with what they ask for', async () => {
    const url = `${receiver.url.replace('http://', 'http://user:pass%20word@')}/hook`;
    for (const event_type of ['chat_started', 'chat_ended'])
      await client.post('/webhooks', { event_type, data_types: ['chat', 'visitor', 'pre_chat_survey'], url });
    const anyone = apiClient(service.app);
    const { rid, token } = await startChat(anyone, { name: 'Ann', email: 'ann@example.org' });
    await eventually(() => expect(eventsOf('chat_started')).toHaveLength(1));
    const [{ body, headers, path }] = eventsOf('chat_started') as [WebhookReceiver['events'][number]];
    expect(path).toBe('/hook');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from('user:pass word').toString('base64')}`,
    });
    expect(body).toMatchObject({
      ...{ event_type: 'chat_started', license_id: '4200', lc_version: '2' },
      token: expect.stringMatching(/^[0-9a-f]{32}$/),
      chat: {
        id: expect.stringMatching(/^[A-Z0-9]{10}$/),
        agents: [{ name: 'Bo Smith' }],
        groups: [0],
        tags: [],
      },
      visitor: { name: 'Ann', email: 'ann@example.org' },
      pre_chat_survey: [{ label: 'Name:', answer: 'Ann' }, { label: 'E-mail:' }],
    });
    await anyone.post('livechat/message', { token, rid, msg: 'Hello' });
    const admin = await clientOf(service.app);
    await admin.post('livechat/room.closeByUser', { rid, comment: 'Bye', tags: ['sale'] });
    await eventually(() => expect(eventsOf('chat_ended')).toHaveLength(1));
    expect(eventsOf('chat_ended')[0]?.body.chat).toMatchObject({
      ...{ id: body.chat?.id, ended_timestamp: expect.any(Number), tags: ['sale'] },
      messages: expect.arrayContaining([expect.objectContaining({ user_type: 'visitor', text: 'Hello' })]),
    });
    expect(eventsOf('chat_started')).toHaveLength(1);
  });

  it('are told each time that a chat is put back into the queue, and once that it has begun', async () => {
    const add = async (event_type: string) => {
      const hook = { event_type, data_types: ['visitor'], url: `${receiver.url}/queue` };
      return (await client.post('/webhooks', hook)).body.events[0].id as string;
    };
    const [started, queued] = [await add('chat_started'), await add('visitor_queued')];
    const admin = await clientOf(service.app);
    const { rid, room } = await startChat(apiClient(service.app));
    const told = (hook: string) =>
      service.db
        .collection<{ _id: string }>('foyer_delivery')
        .countDocuments({ _id: { $regex: `^webhook:${hook}:${rid}:` } });
    await eventually(async () => expect(await told(started)).toBe(1));
    const before = await told(queued);
    for (const times of [1, 2]) {
      await admin.post('livechat/inquiries.returnAsInquiry', { roomId: rid });
      await eventually(async () => expect(await told(queued)).toBe(before + times));
      await admin.post('livechat/room.forward', { roomId: rid, userId: room.servedBy?._id });
    }
    expect(await told(started)).toBe(1);
  });

  it('are told of messages that were left', async () => {
    const url = `${receiver.url}/tickets`;
    await client.post('/webhooks', { event_type: 'ticket_created', data_types: ['ticket'], url });
    const form = { name: 'Ann', email: 'ann@example.org', message: 'Do you have it in blue?' };
    for (let attempt = 0; attempt < 3; attempt += 1)
      await apiClient(service.app).post('livechat/offline.message', form);
    await eventually(() => expect(eventsOf('ticket_created')).toHaveLength(1));
    expect(eventsOf('ticket_created')[0]?.body.ticket).toMatchObject({
      requester: { mail: 'ann@example.org', name: 'Ann', utc_offset: 'UTC', ip: '' },
      groups: [{ id: 0, name: 'All operators' }],
      source: { type: 'chat-window' },
      events: [{ message: 'Do you have it in blue?' }],
    });
  });

  it('are told for which department a message was left, and where its author is', async () => {
    const admin = await clientOf(service.app);
    const department = await createDepartment(admin, [], { name: 'Sales' });
    const token = 'traveller';
    await service.deps.visitSigns.note({
      ...{ token, at: new Date(), device: { ip: '192.0.2.7', timezone: 'Europe/Warsaw' } },
    });
    const form = { token, department, name: 'Cy', email: 'cy@example.org', message: 'Hello?' };
    await apiClient(service.app).post('livechat/offline.message', form);
    await eventually(() => expect(eventsOf('ticket_created')).toHaveLength(2));
    expect(eventsOf('ticket_created')[1]?.body.ticket).toMatchObject({
      requester: { name: 'Cy', utc_offset: 'Europe/Warsaw', ip: '192.0.2.7' },
      groups: [{ id: 1, name: 'Sales' }],
    });
  });

  it('let details be added to a visitor by their token', async () => {
    const [hook] = (await client.get('/webhooks')).body.events;
    const anyone = apiClient(service.app);
    await anyone.post('livechat/page.visited', {
      ...{
        token: 'detailed',
        pageInfo: { change: 'url', title: 'A', location: { href: 'https://a.example/' } },
      },
    });
    const record = await service.deps.visitorRecords.findByToken('detailed');
    const id = record?.liveChatId ?? '';
    expect((await client.get('/visitors')).body).toContainEqual(expect.objectContaining({ id }));
    const path = `/visitors/${encodeURIComponent(id)}/details`;
    const stranger = liveChatClient(() => service.app, '', '');
    const details = {
      license_id: 4200,
      token: hook.token,
      id: 'my app',
      fields: [{ name: 'Age', value: 36 }],
    };
    expect((await stranger.post(path, details)).body).toEqual({ result: 'Visitor details added' });
    const withNulls = { ...details, icon: null, fields: [{ name: 'Age', value: 36, url: null }] };
    expect((await stranger.post(path, withNulls)).status).toBe(200);
    const form = `license_id=4200&token=${hook.token}&id=crm&fields[0][name]=Plan&fields[0][value]=gold&fields[0][url]=https://crm.example/`;
    expect((await stranger.post(`/v2${path}`, form)).status).toBe(200);
    const sets = await service.db
      .collection('foyer_visitor_details')
      .find({ recordId: { $gte: '' } })
      .toArray();
    expect(sets).toMatchObject([
      { name: 'crm', fields: [{ name: 'Plan', value: 'gold', url: 'https://crm.example/' }] },
      { name: 'my app', fields: [{ name: 'Age', value: 36 }] },
    ]);
    const credentials = await logIn(service.app);
    const shown = await checked(
      request(service.app).get(`/api/foyer/v1/visitors/${record?.id}/details`).set(headersOf(credentials)),
    );
    expect(shown.body.details).toMatchObject([
      { name: 'crm', fields: [{ name: 'Plan', value: 'gold', url: 'https://crm.example/' }] },
      { name: 'my app', fields: [{ name: 'Age', value: 36 }] },
    ]);
    for (const [visitor, status] of [
      ['nobody', 404],
      ['x'.repeat(257), 400],
    ]) {
      const asked = request(service.app).get(`/api/foyer/v1/visitors/${visitor}/details`);
      expect((await checked(asked.set(headersOf(credentials)))).status).toBe(status);
    }
    const refusals: [object, number][] = [
      [{ ...details, license_id: 4201 }, 401],
      [{ ...details, token: '0'.repeat(32) }, 401],
      [{ ...details, fields: [] }, 400],
      [{ ...details, fields: [{ value: 1 }] }, 400],
      [{ ...details, fields: [{ name: 'x', value: ['y'] }] }, 400],
      [{ ...details, id: '' }, 400],
      [{}, 400],
    ];
    for (const [body, status] of refusals)
      expect([body, (await stranger.post(path, body)).status]).toEqual([body, status]);
    expect((await stranger.post('/visitors/S1.0000000000/details', details)).status).toBe(404);
  });
});
