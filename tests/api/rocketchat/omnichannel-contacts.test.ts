import { enterContact, insertContact } from '../../support/contacts.ts';
import {
  type Agent,
  inquiryOf,
  insertAgent,
  manualSelection,
  openRoom,
  startChat,
  take,
  withSetting,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import {
  collection,
  defineCustomField,
  matchingOfRocketChat,
  registerVisitor,
  unique,
} from '../../support/visitors.ts';

const { service, anyone, admin, outsider } = useService({ ...manualSelection, ...matchingOfRocketChat });

let agent: Agent;
beforeAll(async () => {
  agent = await insertAgent(service);
});

type Given = Readonly<Record<string, unknown>>;
const post = (given: Given) => admin.post('omnichannel/contacts', given);
const enter = (given: Given = {}) => enterContact(admin, given);
const update = (contactId: string, given: Given) =>
  admin.post('omnichannel/contacts.update', { contactId, ...given });
const resolve = (contactId: string, given: Given) =>
  admin.post('omnichannel/contacts.conflicts', { contactId, ...given });
const get = async (contactId: string) => (await admin.get('omnichannel/contacts.get', { contactId })).body;
const storedField = (contactId: string, change: object) =>
  collection(service.db, 'livechat_contact').updateOne({ _id: contactId }, change);
const refused = ({ status, body }: { status: number; body: Given }) => [status, body.error];

describe('POST omnichannel/contacts', () => {
  it('enters a contact, whom a visitor with their address becomes', async () => {
    const [email, name] = [`${unique('kim')}@x.io`, unique('Kim')];
    const contactId = await enter({
      name,
      emails: [` ${email.toUpperCase()} `, email],
      phones: ['+49 30 12'],
      contactManager: agent._id,
    });
    expect((await get(contactId)).contact).toMatchObject({
      _id: contactId,
      name,
      emails: [{ address: email }],
      phones: [{ phoneNumber: '+49 30 12' }],
      contactManager: agent._id,
      channels: [],
      unknown: false,
      preRegistration: true,
      createdAt: expect.any(String),
    });
    const room = await openRoom(anyone, await registerVisitor(anyone, { name: 'Visitor', email }));
    expect(room).toMatchObject({ contactId, fname: name });
    expect((await get(contactId)).contact).toMatchObject({
      ...{ preRegistration: false, lastChat: { _id: room._id } },
      channels: [{ name: 'api', visitor: { visitorId: room.v?._id } }],
    });
  });

  it.each([
    ['an unknown manager', { contactManager: 'nobody' }, 'error-contact-manager-not-found'],
    ['an unknown custom field', { customFields: { nothing: 'x' } }, 'Custom field nothing is not allowed'],
    ['a missing name', { name: undefined }, "must have required property 'name' [invalid-params]"],
    ['addresses that are no list', { emails: 'x' }, 'must be array [invalid-params]'],
    ['numbers that are no texts', { phones: [{}] }, 'must be string [invalid-params]'],
    ['surplus keys', { unknown: true }, 'must NOT have additional properties [invalid-params]'],
    [
      'more addresses than a person has',
      { emails: Array(51).fill('a@x.io') },
      /must NOT have more than 50 items/,
    ],
  ])('refuses %s', async (_what, given, error) => {
    const answer = await post({ name: 'Kim', emails: [], phones: [], ...given });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toEqual(typeof error === 'string' ? error : expect.stringMatching(error));
  });

  it('refuses a manager who is no agent', async () => {
    const { _id } = await insertAgent(service, { roles: ['user'] });
    expect(refused(await post({ name: 'Kim', emails: [], phones: [], contactManager: _id }))).toEqual([
      400,
      'error-contact-manager-not-found',
    ]);
  });
});

describe('the custom fields of a contact', () => {
  const fields = async () => {
    const [digits, free] = [
      await defineCustomField(admin, { regexp: '^[0-9]+$', label: 'Digits' }),
      await defineCustomField(admin),
    ];
    return { digits, free };
  };
  const valuesOf = async (contactId: string) => (await get(contactId)).contact.customFields;

  it('are checked as the site has defined them', async () => {
    const { digits, free } = await fields();
    const contactId = await enter({ customFields: { [digits]: ' 12 ', [free]: '' } });
    expect(await valuesOf(contactId)).toEqual({ [digits]: '12' });
    const answer = await update(contactId, { customFields: { [digits]: 'x' } });
    expect(refused(answer)).toEqual([400, 'Invalid value for Digits field']);
  });

  it('are replaced as a whole, but for those that the site has no more', async () => {
    const { digits, free } = await fields();
    const contactId = await enter({ customFields: { [digits]: '1', [free]: 'x' } });
    await storedField(contactId, { $set: { 'customFields.former': 'kept' } });
    await update(contactId, { name: 'Other' });
    expect(await valuesOf(contactId)).toEqual({ [digits]: '1', [free]: 'x', former: 'kept' });
    await update(contactId, { customFields: { [digits]: '2', former: 'changed' } });
    expect(await valuesOf(contactId)).toEqual({ [digits]: '2', former: 'kept' });
    const stranger = await update(contactId, { customFields: { nothing: 'x' } });
    expect(refused(stranger)).toEqual([400, 'Custom field nothing is not allowed']);
  });

  it('must be there if they are required', async () => {
    const required = await defineCustomField(admin, { required: true, label: 'Needed' });
    try {
      const error = 'Invalid value for Needed field';
      expect(refused(await post({ name: 'Kim', emails: [], phones: [] }))).toEqual([400, error]);
      const contactId = await enter({ customFields: { [required]: 'x' } });
      expect(refused(await update(contactId, { customFields: { [required]: ' ' } }))).toEqual([400, error]);
      expect((await resolve(contactId, { customFields: {} })).status).toBe(200);
    } finally {
      await admin.post('livechat/custom-fields.delete', { customFieldId: required });
    }
  });
});

describe('POST omnichannel/contacts.update', () => {
  it('renames the rooms of the contact, in the queue and in the lists of agents, too', async () => {
    const waiting = await startChat(anyone);
    await update(String(waiting.room.contactId), { name: 'Renamed' });
    expect(await openRoom(anyone, waiting)).toMatchObject({ _id: waiting.rid, fname: 'Renamed' });
    expect(await inquiryOf(agent.api, waiting.rid)).toMatchObject({ name: 'Renamed' });
    await take(agent, waiting.rid);
    const { body } = await update(String(waiting.room.contactId), { name: 'Again' });
    expect(body.contact).toMatchObject({ name: 'Again', unknown: false });
    const { subscription } = (await agent.api.get('subscriptions.getOne', { roomId: waiting.rid })).body;
    expect(subscription).toMatchObject({ name: 'Again', fname: 'Again' });
  });

  it('replaces what is given, and keeps the rest', async () => {
    const contactId = await enter({ name: 'Kim', emails: ['a@x.io'], phones: ['1'] });
    await update(contactId, { emails: ['B@x.io'], contactManager: agent._id });
    expect((await get(contactId)).contact).toMatchObject({
      ...{ name: 'Kim', emails: [{ address: 'b@x.io' }], phones: [{ phoneNumber: '1' }] },
      contactManager: agent._id,
    });
    await update(contactId, { contactManager: '', phones: [] });
    const { contact } = await get(contactId);
    expect(contact).toMatchObject({ emails: [{ address: 'b@x.io' }], phones: [] });
    expect(contact).not.toHaveProperty('contactManager');
  });

  it('knows neither a contact that does not exist nor one that was deleted', async () => {
    const deleted = await insertContact(service.db, { enabled: false });
    for (const contactId of ['nobody', deleted]) {
      expect(refused(await update(contactId, { name: 'x' }))).toEqual([400, 'error-contact-not-found']);
      expect(refused(await resolve(contactId, { name: 'x' }))).toEqual([400, 'error-contact-not-found']);
    }
    const contactId = await enter();
    const answer = await update(contactId, { contactManager: 'nobody' });
    expect(refused(answer)).toEqual([400, 'error-contact-manager-not-found']);
  });

  it('is for those who may save contacts, as entering is', async () => {
    for (const path of ['contacts', 'contacts.update', 'contacts.conflicts'])
      expect((await outsider.post(`omnichannel/${path}`, {})).status).toBe(403);
  });
});

describe('POST omnichannel/contacts.conflicts', () => {
  const conflicts = [
    { field: 'name', value: 'Bea' },
    { field: 'manager', value: 'x' },
    { field: 'customFields.city', value: 'Kyiv' },
  ];
  const insert = () => insertContact(service.db, { name: 'Kim', conflictingFields: conflicts });

  it('settles what it is about', async () => {
    const contactId = await insert();
    await storedField(contactId, { $set: { 'customFields.city': 'Rome' } });
    const { body } = await resolve(contactId, { name: 'Bea' });
    expect(body.contact).toMatchObject({ name: 'Bea', conflictingFields: conflicts.slice(1) });
    await resolve(contactId, { customFields: { city: 'Kyiv' } });
    expect((await get(contactId)).contact.conflictingFields).toEqual([conflicts[1]]);
    await resolve(contactId, { contactManager: agent._id });
    expect((await get(contactId)).contact).toMatchObject({
      conflictingFields: [],
      contactManager: agent._id,
    });
  });

  it('or all of them', async () => {
    const [resolved, updated] = [await insert(), await insert()];
    await resolve(resolved, { wipeConflicts: true });
    await update(updated, { wipeConflicts: true });
    for (const id of [resolved, updated])
      expect((await get(id)).contact).toMatchObject({ name: 'Kim', conflictingFields: [] });
  });
});

describe('POST omnichannel/contacts.delete', () => {
  const remove = (contactId: string, client = admin) =>
    client.post('omnichannel/contacts.delete', { contactId });
  const protection = 'Livechat_Allow_collect_and_store_HTTP_header_informations';

  it('forgets the contact, and the visitors who write as them with their rooms', async () => {
    const { token, rid, room } = await startChat(anyone);
    const contactId = String(room.contactId);
    await anyone.post('livechat/room.close', { token, rid });
    expect((await remove(contactId)).body).toEqual({ success: true });
    expect((await anyone.get(`livechat/visitor/${token}`)).status).toBe(400);
    expect(await collection(service.db, 'room').findOne({ _id: rid })).toBeNull();
    expect(refused(await remove(contactId))).toEqual([404, 'error-contact-not-found']);
  });

  it('forgets somebody who has not written', async () => {
    const contactId = await enter({ emails: ['kim@x.io'] });
    await remove(contactId);
    const stored = await collection(service.db, 'livechat_contact').findOne({ _id: contactId });
    expect(stored).toMatchObject({ enabled: false });
    expect(stored).not.toHaveProperty('emails');
    expect(refused(await remove(contactId))).toEqual([404, 'error-contact-not-found']);
  });

  it('leaves one with an open room, if data protection asks for it, and is for those who may', async () => {
    const { rid, room } = await startChat(anyone);
    const contactId = String(room.contactId);
    await withSetting(admin, protection, false, async () => {
      expect(refused(await remove(contactId))).toEqual([400, 'error-invalid-contact']);
    });
    expect(await collection(service.db, 'room').findOne({ _id: rid })).not.toBeNull();
    expect((await remove(contactId, agent.api)).status).toBe(403);
  });
});
