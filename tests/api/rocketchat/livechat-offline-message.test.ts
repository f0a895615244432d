import { pauseAfter } from '../../../src/domain/deliveries/retry-schedule.ts';
import { leaveOfflineMessage } from '../../../src/domain/offline-messages/leave-offline-message.ts';
import { clientOf } from '../../support/accounts.ts';
import { apiClient, errorOf } from '../../support/client.ts';
import { createDepartment } from '../../support/conversations.ts';
import { eventually } from '../../support/eventually.ts';
import { reveChatClient } from '../../support/reve-chat.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { type SmtpServer, startSmtpServer } from '../../support/smtp-server.ts';
import { useService } from '../../support/use-service.ts';

const ann = { name: 'Ann', email: 'ann@example.org', message: 'Do you have it in blue?' };
const withoutLookup = { OVERWRITE_SETTING_Livechat_validate_offline_email: 'false' };
const notSent = '400 Error sending Omnichannel offline message';

describe('a message that nobody could mail', () => {
  const { service, anyone } = useService(withoutLookup);
  const listed = async () => (await reveChatClient(() => service.app)('offlinemessages')).body;

  it('is refused, as in Rocket.Chat, but kept, and kept once if it is sent again', async () => {
    for (let attempt = 0; attempt < 3; attempt += 1)
      expect(await errorOf(anyone.post('livechat/offline.message', ann))).toBe(notSent);
    const [message, ...others] = await listed();
    expect(others).toEqual([]);
    expect(message).toMatchObject({
      ...{ visitor_name: 'Ann', visitor_email: 'ann@example.org', visitor_phone: '', subject: '' },
      ...{ message: ann.message, unread: 1, reply_message_count: 0 },
    });
  });

  it('is kept once even if it is sent many times at once', async () => {
    const form = { ...ann, message: 'Hello, is anybody there?' };
    await Promise.all(Array.from({ length: 10 }, () => anyone.post('livechat/offline.message', form)));
    expect(
      (await listed()).filter(({ message }: { message: string }) => message === form.message),
    ).toHaveLength(1);
  });

  it('belongs to the visitor with the token, or to one of its own, whatever address it gives', async () => {
    const token = 'offline-visitor';
    await anyone.post('livechat/visitor', { visitor: { token, name: 'Ann', email: ann.email } });
    await anyone.post('livechat/offline.message', {
      ...ann,
      message: 'with',
      token,
      phone: '123',
      subject: 'Blue',
    });
    await anyone.post('livechat/offline.message', { ...ann, message: 'without' });
    const [without, withToken] = await listed();
    expect(withToken).toMatchObject({ message: 'with', visitor_phone: '123', subject: 'Blue' });
    const get = reveChatClient(() => service.app);
    const owner = (await get(`visitors/${withToken.visitor_id}`)).body;
    expect(owner.visitor_records[0]).toMatchObject({ visitor_email: ann.email });
    expect(without.visitor_id).not.toBe(withToken.visitor_id);
    expect((await get(`visitors/${without.visitor_id}`)).status).toBe(200);
  });

  it('is deleted with the visitor, and what integrators told of them, too', async () => {
    const token = 'forgotten-visitor';
    await anyone.post('livechat/visitor', { visitor: { token, name: 'Eve' } });
    await anyone.post('livechat/offline.message', { ...ann, message: 'forget me', token });
    const [left] = await listed();
    expect(left.message).toBe('forget me');
    const record = await service.deps.visitorRecords.findByToken(token);
    const set = {
      recordId: record?.recordId ?? '',
      name: 'crm',
      icon: '',
      fields: [],
      updatedAt: new Date(),
    };
    expect(await service.deps.detailSets.put(set)).toBe(true);
    expect((await anyone.delete(`livechat/visitor/${token}`)).status).toBe(200);
    expect((await listed()).map(({ message }: { message: string }) => message)).not.toContain('forget me');
    expect(await service.deps.detailSets.list(set.recordId)).toEqual([]);
  });

  it.each([
    ['name', { email: 'a@example.org', message: 'x' }],
    ['email', { name: 'Ann', message: 'x' }],
    ['message', { name: 'Ann', email: 'a@example.org' }],
  ])('is refused without %s', async (field, form) => {
    const error = await errorOf(anyone.post('livechat/offline.message', form));
    expect(error).toContain(`must have required property '${field}'`);
  });

  it.each(['ann', '', 'ann@', '@example.org', 'ann@x y'])(
    'is refused from %p, which is no address',
    async (email) => {
      expect(await errorOf(anyone.post('livechat/offline.message', { ...ann, email }))).toBe(notSent);
      expect(
        (await listed()).filter((each: { visitor_email: string }) => each.visitor_email === email),
      ).toEqual([]);
    },
  );

  it('is refused from a domain that there is not', async () => {
    const settings = {
      get: ((id) =>
        id === 'Livechat_validate_offline_email'
          ? true
          : service.deps.settings.get(id)) as typeof service.deps.settings.get,
    };
    const mailDomains = { exists: async (domain: string) => domain === 'example.org' };
    const deps = { ...service.deps, settings, mailDomains };
    const leaving = leaveOfflineMessage(deps, { ...ann, email: 'ann@nowhere.invalid', message: 'invalid' });
    await expect(leaving).rejects.toMatchObject({ code: 'offline-message-not-sent' });
    expect((await listed()).map(({ message }: { message: string }) => message)).not.toContain('invalid');
  });
});

describe('a message with somebody to mail it to', () => {
  let smtp: SmtpServer;
  let service: TestService;
  let now = new Date();
  beforeAll(async () => {
    smtp = await startSmtpServer();
    const env = {
      ...withoutLookup,
      MAIL_URL: smtp.url,
      OVERWRITE_SETTING_Livechat_offline_email: 'shop@example.org',
      OVERWRITE_SETTING_From_Email: 'chat@example.org',
    };
    service = await startTestService(env, { clock: () => now });
  });
  afterAll(async () => {
    await service.stop();
    await smtp.stop();
  });
  const leave = (form: object) =>
    apiClient(service.app).post('livechat/offline.message', { ...ann, ...form });
  const mailAbout = async (text: string) => {
    await eventually(() => expect(smtp.mails.some((mail) => mail.text.includes(text))).toBe(true));
    return smtp.mails.filter((mail) => mail.text.includes(text));
  };

  it('is mailed, and an answer to the mail goes to the visitor', async () => {
    expect((await leave({})).body).toEqual({ message: 'Livechat offline message sent', success: true });
    const [mail] = await mailAbout(ann.message);
    expect(mail).toMatchObject({ from: 'chat@example.org', to: 'shop@example.org' });
    expect(mail?.text).toMatch(/^Reply-To: Ann <ann@example.org>$/m);
    expect(mail?.text).toMatch(/^Subject: Livechat offline message from Ann: Do you have it in bl$/m);
  });

  it('is mailed once if the visitor sends it again', async () => {
    const form = { message: 'Twice?' };
    for (let attempt = 0; attempt < 3; attempt += 1) expect((await leave(form)).status).toBe(200);
    await leave({ message: 'The last one' });
    await mailAbout('The last one');
    expect(await mailAbout('Twice?')).toHaveLength(1);
  });

  it('is mailed to the department that was chosen, if that has an address', async () => {
    const department = await createDepartment(await clientOf(service.app), [], {
      email: 'sales@example.org',
    });
    await leave({ message: 'For sales', department });
    expect((await mailAbout('For sales'))[0]?.to).toBe('sales@example.org');
  });

  it('writes no header that the visitor made up', async () => {
    await leave({ name: 'Ann\r\nBcc: victim@example.org', message: 'Header\r\nBcc: victim@example.org' });
    const [mail] = await mailAbout('Header');
    const [head = ''] = (mail?.text ?? '').split('\n\n');
    expect(head).not.toMatch(/^Bcc:/m);
  });

  it('is kept and mailed later if the mail server refuses', async () => {
    smtp.refuseWith('451 later');
    expect((await leave({ message: 'Try again' })).status).toBe(200);
    const deliveries = service.db.collection('foyer_delivery');
    await eventually(async () =>
      expect(await deliveries.countDocuments({ attempts: 1, dueAt: { $gt: now } })).toBe(1),
    );
    smtp.refuseWith(undefined);
    now = new Date(now.getTime() + (pauseAfter('mail', 1) ?? 0));
    await leave({ message: 'Another' });
    await mailAbout('Try again');
  });
});

it('there is no message without the form', async () => {
  const service = await startTestService({ OVERWRITE_SETTING_Livechat_display_offline_form: 'false' });
  expect(await errorOf(apiClient(service.app).post('livechat/offline.message', ann))).toBe(notSent);
  expect(await service.db.collection('foyer_offline_message').estimatedDocumentCount()).toBe(0);
  await service.stop();
});
