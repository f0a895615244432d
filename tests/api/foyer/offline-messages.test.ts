import request from 'supertest';
import { adminBasic, logIn } from '../../support/accounts.ts';
import { apiClient, checked, headersOf } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';
import { reveChatClient } from '../../support/reve-chat.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { type SmtpServer, startSmtpServer } from '../../support/smtp-server.ts';
import { insertUser } from '../../support/users.ts';

describe('offline messages', () => {
  let smtp: SmtpServer;
  let service: TestService;
  let admin: Readonly<Record<string, string>>;
  beforeAll(async () => {
    smtp = await startSmtpServer();
    service = await startTestService({
      MAIL_URL: smtp.url,
      OVERWRITE_SETTING_Livechat_validate_offline_email: 'false',
    });
    admin = headersOf(await logIn(service.app));
  });
  afterAll(async () => {
    await service.stop();
    await smtp.stop();
  });
  const ann = { name: 'Ann', email: 'ann@example.org', message: 'Do you have it in blue?' };
  const leave = (form: object) =>
    apiClient(service.app).post('livechat/offline.message', { ...ann, ...form });
  const newest = async () => (await reveChatClient(() => service.app, adminBasic)('offlinemessages')).body[0];
  const idOf = async (number: number) =>
    (await service.db.collection<{ _id: string }>('foyer_offline_message').findOne({ number }))?._id ?? '';
  const send = (method: 'post' | 'patch', path: string, body: object, headers = admin) =>
    checked(request(service.app)[method](`/api/foyer/v1/offline-messages/${path}`).set(headers).send(body));

  it('are answered by mail, and the answers are shown to REVE Chat, the newest first', async () => {
    await leave({});
    const item = await newest();
    expect(item).toMatchObject({ unread: 1, reply_message_count: 0 });
    const id = await idOf(item.offline_message_id);
    const answer = await send('post', `${id}/replies`, { text: 'Yes, we do.' });
    expect(answer.body).toMatchObject({ _id: id, unread: false, replies: [{ text: 'Yes, we do.' }] });
    await send('post', `${id}/replies`, { text: 'In two blues.' });
    await eventually(() => expect(smtp.mails).toHaveLength(2));
    expect(smtp.mails[0]).toMatchObject({ to: 'ann@example.org' });
    expect(smtp.mails[0]?.text).toContain('> Do you have it in blue?');
    const details = (await reveChatClient(() => service.app)(`offlinemessages/${item.offline_message_id}`))
      .body;
    expect(details).toMatchObject({
      unread: 0,
      reply_messages: [
        { reply_message: 'In two blues.', first_name: expect.any(String), agent_id: expect.any(Number) },
        { reply_message: 'Yes, we do.' },
      ],
    });
    expect(await newest()).toMatchObject({ unread: 0, reply_message_count: 2 });
  });

  it('are read and unread as somebody marks them, and not because REVE Chat reads them', async () => {
    await leave({ message: 'Another question' });
    const item = await newest();
    const id = await idOf(item.offline_message_id);
    const unread = async () =>
      (await reveChatClient(() => service.app)(`offlinemessages/${item.offline_message_id}`)).body.unread;
    expect([await unread(), await unread()]).toEqual([1, 1]);
    await send('patch', id, { unread: false });
    expect(await unread()).toBe(0);
    await send('patch', id, { unread: true });
    expect(await unread()).toBe(1);
  });

  it.each([
    ['post', 'nowhere/replies', { text: 'x' }, 404, 'offline-message-not-found'],
    ['patch', 'nowhere', { unread: true }, 404, 'offline-message-not-found'],
    ['post', 'nowhere/replies', {}, 400, 'invalid-input'],
    ['post', 'nowhere/replies', { text: ' ' }, 400, 'invalid-input'],
    ['post', 'nowhere/replies', { text: { $ne: 1 } }, 400, 'invalid-input'],
    ['post', 'nowhere/replies', { text: 'x'.repeat(50_001) }, 400, 'invalid-input'],
    ['patch', 'nowhere', { unread: 'yes' }, 400, 'invalid-input'],
    ['patch', 'nowhere', { unread: true, more: 1 }, 400, 'invalid-input'],
  ] as const)('refuse what is wrong: %s %s %j', async (method, path, body, status, code) => {
    const answer = await send(method, path, body);
    expect(answer.body).toMatchObject({ type: 'about:blank', status, code });
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  it('are nothing for strangers, nor for users who may not see chats', async () => {
    const outsider = headersOf(await insertUser(service));
    for (const [headers, status] of [
      [{}, 401],
      [outsider, 403],
    ] as const) {
      expect((await send('post', 'x/replies', { text: 'x' }, headers)).status).toBe(status);
      expect((await send('patch', 'x', { unread: true }, headers)).status).toBe(status);
    }
  });
});
