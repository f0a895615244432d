import { type Agent, insertAgent, say, startChat, withSetting } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';

const { service, anyone, admin, outsider } = useService();

let bot: Agent;
beforeAll(async () => {
  await insertAgent(service);
  bot = await insertAgent(service, {
    roles: ['bot', 'livechat-manager'],
    statusLivechat: 'not-available',
  });
});

const post = (given: object, api = bot.api) => api.post('chat.postMessage', given);

describe('a bot posts a message', () => {
  it('by the room’s id, under another name', async () => {
    const { rid, token } = await startChat(anyone);
    const look = { alias: 'The shop', emoji: ':truck:', attachments: [{ title: 'Order 7' }] };
    const { status, body } = await post({ roomId: rid, text: ' It is on its way ', ...look });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { channel: rid, message: { rid, msg: 'It is on its way', groupable: false, ...look } },
    });
    expect(body.ts).toBe(Date.parse(body.message.ts));
    const { messages } = (await anyone.get(`livechat/messages.history/${rid}`, { token })).body;
    expect(messages[0]).toMatchObject({ _id: body.message._id, ...look });
  });

  it('by the channel, whose only name is its id', async () => {
    const { rid } = await startChat(anyone);
    expect(await post({ channel: rid, text: 'Hello' })).toMatchObject({ status: 200 });
    const { status, body } = await post({ channel: '#general', text: 'Hello' });
    expect({ status, error: body.error }).toEqual({ status: 400, error: '[invalid-channel]' });
  });

  it('unless it is longer than the site allows, or one of its attachments is', async () => {
    const { rid } = await startChat(anyone);
    await withSetting(admin, 'Message_MaxAllowedSize', 5, async () => {
      const attachments = [{ text: 'Short' }];
      expect((await post({ roomId: rid, text: 'Short', attachments })).status).toBe(200);
      for (const given of [{ text: 'Longer' }, { attachments: [...attachments, { text: 'Longer' }] }])
        expect((await post({ roomId: rid, ...given })).body).toMatchObject({
          success: false,
          error: 'error-message-size-exceeded',
        });
    });
  });

  it('unless they may not write in the room, or say in which', async () => {
    const { rid } = await startChat(anyone);
    expect(await post({ roomId: rid, text: 'Hello' }, outsider)).toMatchObject({ status: 400 });
    expect((await post({ roomId: rid, text: 'Hello' }, anyone)).status).toBe(401);
    for (const given of [{}, { roomId: rid, channel: rid }]) {
      const { status, body } = await post({ text: 'Hello', ...given });
      expect({ status, body }).toMatchObject({ status: 400, body: { errorType: 'invalid-params' } });
    }
  });
});

describe('one message', () => {
  it('is read by whoever may read its room', async () => {
    const { rid, token } = await startChat(anyone);
    const { _id } = await say(anyone, token, rid, 'Hello');
    const { status, body } = await bot.api.get('chat.getMessage', { msgId: _id });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { message: { _id, rid, msg: 'Hello', token } },
    });
    const colleague = await insertAgent(service, {
      roles: ['livechat-agent', 'livechat-monitor'],
      statusLivechat: 'not-available',
    });
    await admin.post('permissions.update', {
      permissions: [{ _id: 'view-livechat-manager', roles: ['admin', 'livechat-manager'] }],
    });
    const seen = (await colleague.api.get('chat.getMessage', { msgId: _id })).body.message;
    expect(seen).toMatchObject({ _id, msg: 'Hello' });
    expect(seen).not.toHaveProperty('token');
  });

  it('is not there for others, or not at all', async () => {
    const { rid, token } = await startChat(anyone);
    const { _id } = await say(anyone, token, rid, 'Hello');
    for (const [api, msgId] of [
      [outsider, _id],
      [bot.api, 'nobodys'],
      [bot.api, ''],
    ] as const)
      expect(await api.get('chat.getMessage', { msgId })).toMatchObject({
        status: 400,
        body: { success: false },
      });
    expect((await bot.api.get('chat.getMessage')).body.error).toBe(
      "must have required property 'msgId' [invalid-params]",
    );
  });
});
