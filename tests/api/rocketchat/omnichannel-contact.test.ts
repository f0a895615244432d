import { clientOf } from '../../support/accounts.ts';
import { errorOf } from '../../support/client.ts';
import { withTestService } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';
import { insertUser } from '../../support/users.ts';
import {
  collection,
  defineCustomField,
  insertClosedRoom,
  registerVisitor,
  unique,
} from '../../support/visitors.ts';

const path = 'omnichannel/contact';
const { service, anyone, admin, outsider } = useService();

const save = (contact: Readonly<Record<string, unknown>>) => admin.post(path, contact);
const visitorOf = async (token: string) => (await anyone.get(`livechat/visitor/${token}`)).body.visitor;

describe('POST omnichannel/contact', () => {
  it('creates a visitor, and returns their id', async () => {
    const token = unique('token');
    const answer = await save({ token, name: 'Ann' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ contact: expect.any(String), success: true });
    const visitor = await visitorOf(token);
    expect(visitor).toMatchObject({
      _id: answer.body.contact,
      name: 'Ann',
      username: expect.stringMatching(/^guest-/),
    });
  });

  it('changes the visitor with the token, field by field', async () => {
    const field = await defineCustomField(admin);
    const agent = await insertUser(service, { roles: ['livechat-agent'] });
    const token = unique('token');
    const { contact } = (await save({ token, name: 'Ann' })).body;
    const steps = [
      { name: 'Bea' },
      { email: ' Bea@X.io ', phone: '123' },
      { contactManager: { username: agent.username } },
      { customFields: { [field]: 'x', unknown: 'y' } },
    ];
    for (const step of steps)
      expect((await save({ token, name: 'Bea', ...step })).body.contact).toBe(contact);
    const visitor = await visitorOf(token);
    expect(visitor).toMatchObject({
      name: 'Bea',
      visitorEmails: [{ address: 'bea@x.io' }],
      phone: [{ phoneNumber: '123' }],
      livechatData: { [field]: 'x' },
    });
    expect(visitor).not.toHaveProperty('contactManager');
  });

  it('stores the named manager, and removes what is emptied', async () => {
    const agent = await insertUser(service, { roles: ['livechat-agent'] });
    const token = unique('token');
    const contactManager = { username: agent.username };
    await save({ token, name: 'Ann', email: 'a@x.io', phone: '1', contactManager });
    expect(await visitorOf(token)).toMatchObject({ contactManager });
    await save({ token, name: 'Ann', email: '', phone: '' });
    const visitor = await visitorOf(token);
    for (const field of ['visitorEmails', 'phone', 'contactManager'])
      expect(visitor).not.toHaveProperty(field);
  });

  it('finds a visitor by e-mail address if the token is new', async () => {
    const email = `${unique('mail')}@x.io`;
    const before = await registerVisitor(anyone, { email });
    const token = unique('token');
    expect((await save({ token, name: 'Ann', email })).body.contact).toBe(before._id);
    expect(await visitorOf(token)).toMatchObject({ _id: before._id });
  });

  it('does not let an agent act for a visitor whose address they know', async () => {
    const email = `${unique('mail')}@x.io`;
    const before = await registerVisitor(anyone, { email });
    const agent = anyone.as(await insertUser(service, { roles: ['livechat-agent'] }));
    const token = unique('token');
    const { body } = await agent.post(path, { token, name: 'Bea', email });
    expect(body.contact).toBe(before._id);
    expect(await errorOf(anyone.get(`livechat/visitor/${token}`))).toBe('400 [invalid-token]');
    expect(await visitorOf(before.token)).toMatchObject({ name: 'Bea' });
    await service.deps.visitors.dropToken(before._id, before.token);
    expect(await errorOf(agent.post(path, { token, name: 'Cay', email }))).toBe('400 not-allowed');
  });

  it('creates one visitor for many simultaneous requests', async () => {
    const token = unique('token');
    const answers = await Promise.all(Array.from({ length: 10 }, () => save({ token, name: 'Ann' })));
    expect(new Set(answers.map(({ body }) => body.contact)).size).toBe(1);
  });

  it('renames the visitor’s rooms, even closed ones', async () => {
    const visitor = await registerVisitor(anyone);
    const rid = await insertClosedRoom(service.db, visitor);
    await save({ token: visitor.token, name: 'After' });
    expect(await collection(service.db, 'room').findOne({ _id: rid })).toMatchObject({ fname: 'After' });
  });

  it('stores the values of custom fields as trimmed text, or empty if they are emptied', async () => {
    const [text, number, emptied] = [
      await defineCustomField(admin),
      await defineCustomField(admin),
      await defineCustomField(admin),
    ];
    const token = unique('token');
    const customFields = { [text]: ' x ', [number]: 7, [emptied]: '' };
    await save({ token, name: 'Ann', customFields });
    expect((await visitorOf(token)).livechatData).toEqual({ [text]: 'x', [number]: '7', [emptied]: '' });
  });

  it('keeps the custom fields that are not given', async () => {
    const [kept, changed, hidden] = [
      await defineCustomField(admin),
      await defineCustomField(admin),
      await defineCustomField(admin, { visibility: 'hidden' }),
    ];
    const token = unique('token');
    await save({ token, name: 'Ann', customFields: { [kept]: '1', [changed]: '2' } });
    await collection(service.db, 'livechat_visitor').updateOne(
      { token },
      { $set: { [`livechatData.${hidden}`]: 'secret', 'livechatData.of-old': 'x' } },
    );
    for (const customFields of [undefined, {}, { [changed]: '3' }])
      expect((await save({ token, name: 'Ann', customFields })).status).toBe(200);
    expect((await visitorOf(token)).livechatData).toEqual({
      [kept]: '1',
      [changed]: '3',
      [hidden]: 'secret',
      'of-old': 'x',
    });
  });

  it('leaves hidden custom fields alone', async () => {
    const hidden = await defineCustomField(admin, { visibility: 'hidden' });
    const token = unique('token');
    expect((await save({ token, name: 'Ann', customFields: { [hidden]: 'x' } })).status).toBe(200);
    expect((await visitorOf(token)).livechatData).toEqual({});
  });

  it('requires the required custom fields', () =>
    withTestService({}, async ({ app }) => {
      const boss = await clientOf(app);
      const field = await defineCustomField(boss, { required: true, label: 'Number' });
      const saving = (customFields?: object) => boss.post(path, { token: 'new', name: 'Ann', customFields });
      for (const customFields of [{}, { [field]: '' }, { [field]: ' ' }, undefined])
        expect(await errorOf(saving(customFields))).toBe('400 Invalid value for Number field');
      expect((await saving({ [field]: '1' })).status).toBe(200);
      expect((await saving()).status).toBe(200);
      expect(await errorOf(saving({ [field]: ' ' }))).toBe('400 Invalid value for Number field');
    }));

  it('checks custom fields against their patterns', async () => {
    const field = await defineCustomField(admin, { regexp: '^[0-9]+$', label: 'Number' });
    const answer = await save({ token: unique('token'), name: 'Ann', customFields: { [field]: 'x' } });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error: 'Invalid value for Number field' });
  });

  it.each([
    ['no token', { name: 'Ann' }, "Match error: Missing key 'token'"],
    ['no name', { token: 'a' }, "Match error: Missing key 'name'"],
    ['an unknown key', { token: 'a', name: 'b', extra: 1 }, 'Match error: Unknown key in field extra'],
    [
      'an operator',
      { token: { $ne: 1 }, name: 'b' },
      'Match error: Expected string, got object in field token',
    ],
    [
      'text for custom fields',
      { token: 'a', name: 'b', customFields: 'x' },
      'Match error: Expected object in field customFields',
    ],
    ['a blank token', { token: ' ', name: 'b' }, 'Invalid visitor token [error-invalid-contact-data]'],
    [
      'an unknown manager',
      { token: 'a', name: 'b', contactManager: { username: 'nobody' } },
      'No user found with username nobody [error-contact-manager-not-found]',
    ],
    [
      'a manager who is no agent',
      { token: 'a', name: 'b', contactManager: { username: 'rocket.cat' } },
      'The contact manager must have the role "livechat-agent" [error-invalid-contact-manager]',
    ],
  ])('refuses %s', async (_title, body, error) => {
    const answer = await admin.post(path, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error });
  });
});

describe('GET omnichannel/contact', () => {
  it('returns a visitor without the token; null for an unknown one', async () => {
    const { token: _, ...visitor } = await registerVisitor(anyone);
    const known = await admin.get(path, { contactId: visitor._id });
    expect([known.status, known.body]).toEqual([200, { contact: visitor, success: true }]);
    const unknown = await admin.get(path, { contactId: 'invalid' });
    expect([unknown.status, unknown.body]).toEqual([200, { contact: null, success: true }]);
  });

  it('requires an id', async () => {
    const answer = await admin.get(path);
    expect([answer.status, answer.body.error]).toEqual([400, "Match error: Missing key 'contactId'"]);
  });

  it('is for those who may see conversations', async () => {
    expect(await outsider.get(path, { contactId: 'x' })).toMatchObject({ status: 403 });
    expect(await outsider.post(path, { token: 'a', name: 'b' })).toMatchObject({ status: 403 });
    expect(await anyone.get(path, { contactId: 'x' })).toMatchObject({ status: 401 });
  });
});
