import { channelOf, enterContact, insertContact } from '../../support/contacts.ts';
import {
  type Agent,
  insertAgent,
  manualSelection,
  openRoom,
  startChat,
  take,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import {
  collection,
  insertClosedRoom,
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
const enter = (given: Given = {}) => enterContact(admin, given);
const search = async (query: Given) => (await admin.get('omnichannel/contacts.search', { ...query })).body;
const idsOf = (found: readonly { _id: string }[]) => found.map(({ _id }) => _id);
const storedField = (contactId: string, change: object) =>
  collection(service.db, 'livechat_contact').updateOne({ _id: contactId }, change);
const refused = ({ status, body }: { status: number; body: Given }) => [status, body.error];

describe('GET omnichannel/contacts.get', () => {
  it('answers 404 for a contact that nobody knows', async () => {
    const answer = await admin.get('omnichannel/contacts.get', { contactId: 'nobody' });
    expect(refused(answer)).toEqual([404, 'Resource not found']);
  });

  it('needs an id, and the permission', async () => {
    const { status, body } = await admin.get('omnichannel/contacts.get');
    expect([status, body.errorType]).toEqual([400, 'invalid-params']);
    for (const path of ['get', 'search', 'checkExistence', 'history', 'channels'])
      expect((await outsider.get(`omnichannel/contacts.${path}`)).status).toBe(403);
  });
});

describe('GET omnichannel/contacts.search', () => {
  it('finds by a part of the name, and a whole address or number, in any spelling', async () => {
    const [name, email, digits] = [
      unique('Find me '),
      `${unique('find')}@x.io`,
      unique('').replaceAll(/\D/g, ''),
    ];
    const phone = `+49 30 1${digits.slice(-7).padStart(7, '2')}`;
    const extended = `(555) 0100 x1${digits}`;
    const phones = [phone, extended];
    const contactId = await enter({ name, emails: [email], phones, contactManager: agent._id });
    for (const searchText of [name, name.toUpperCase().slice(1), email.toUpperCase(), phone, extended]) {
      const { contacts, total, count, offset } = await search({ searchText });
      expect([searchText, idsOf(contacts), total, count, offset]).toEqual([searchText, [contactId], 1, 1, 0]);
      expect(contacts[0].contactManager).toEqual({
        _id: agent._id,
        name: 'Agent Ann',
        username: agent.username,
      });
    }
    expect((await search({ searchText: `.*${unique('no')}` })).contacts).toEqual([]);
  });

  it('lists those that agents know, by name, or only the others', async () => {
    const name = unique('list');
    const [b, a] = [await enter({ name: `${name} b` }), await enter({ name: `${name} a` })];
    const { room } = await startChat(anyone, { name: `${name} c` });
    expect(idsOf((await search({ searchText: name })).contacts)).toEqual([a, b]);
    const unknown = await search({ searchText: name, unknown: true });
    expect(idsOf(unknown.contacts)).toEqual([room.contactId]);
    const page = await search({ searchText: name, count: 1, offset: 1, sort: '{"name":-1}' });
    expect([idsOf(page.contacts), page.total]).toEqual([[a], 2]);
  });

  it('leaves out contacts that were deleted', async () => {
    const name = unique('gone');
    await insertContact(service.db, { name, enabled: false });
    expect((await search({ searchText: name })).total).toBe(0);
  });
});

describe('GET omnichannel/contacts.checkExistence', () => {
  const check = (query: Given) => admin.get('omnichannel/contacts.checkExistence', { ...query });

  it('looks for an id, an address or a number', async () => {
    const email = `${unique('kim')}@x.io`;
    const phone = unique('555-');
    const contactId = await enter({ emails: [email], phones: [phone] });
    for (const query of [{ contactId }, { email: email.toUpperCase() }, { phone }])
      expect((await check(query)).body).toEqual({ exists: true, success: true });
    for (const query of [{ contactId: 'no' }, { email: 'no@x.io' }, { phone: 'no' }])
      expect((await check(query)).body).toEqual({ exists: false, success: true });
  });

  it('wants exactly one of them', async () => {
    for (const query of [{}, { contactId: 'a', email: 'b@x.io', phone: '1' }]) {
      const { status, body } = await check(query);
      expect([status, body.errorType]).toEqual([400, 'invalid-params']);
      expect(body.error).toMatch(/must match exactly one schema in oneOf \[invalid-params\]$/);
    }
  });
});

describe('GET omnichannel/contacts.history', () => {
  const history = async (query: Given, client = admin) =>
    (await client.get('omnichannel/contacts.history', { ...query })).body;

  it('shows the closed rooms of all visitors of the contact, the last one first', async () => {
    const first = await startChat(anyone);
    await take(agent, first.rid);
    await agent.api.post('livechat/room.closeByUser', { rid: first.rid, comment: 'done' });
    const contactId = String(first.room.contactId);
    const second = await registerVisitor(anyone);
    await storedField(contactId, { $push: { channels: channelOf(second._id) } });
    const closed = await insertClosedRoom(service.db, second, {
      contactId,
      closedAt: new Date('2030-01-01'),
    });
    const strange = await insertClosedRoom(service.db, second, { contactId: 'another' });
    const open = await openRoom(anyone, first);
    const shown = await history({ contactId });
    expect([idsOf(shown.history), shown.total]).toEqual([[closed, first.rid], 2]);
    expect(idsOf(shown.history)).not.toEqual(expect.arrayContaining([strange, open._id]));
    expect(shown.history[1]).toMatchObject({
      ...{ closer: 'user', closedBy: { _id: agent._id }, source: { type: 'api' }, msgs: expect.any(Number) },
      lastMessage: { t: 'livechat-close' },
    });
    expect(idsOf((await history({ contactId, source: 'API' })).history)).toContain(first.rid);
    expect((await history({ contactId, source: 'widget' })).total).toBe(0);
  });

  it('shows an agent the rooms that they may read, without tokens that are not for them', async () => {
    const chat = await startChat(anyone);
    await take(agent, chat.rid);
    await agent.api.post('livechat/room.closeByUser', { rid: chat.rid, comment: 'done' });
    const contactId = String(chat.room.contactId);
    const other = await insertAgent(service);
    expect((await history({ contactId }, other.api)).total).toBe(0);
    const own = await history({ contactId }, agent.api);
    expect(idsOf(own.history)).toEqual([chat.rid]);
    expect(own.history[0].v).not.toHaveProperty('token');
  });

  it('is empty for a contact that has not written, and refuses one that nobody knows', async () => {
    expect(await history({ contactId: await enter() })).toMatchObject({ history: [], total: 0 });
    const answer = await admin.get('omnichannel/contacts.history', { contactId: 'nobody' });
    expect(refused(answer)).toEqual([400, 'error-contact-not-found']);
  });
});

describe('GET omnichannel/contacts.channels', () => {
  const channels = async (contactId: string) =>
    (await admin.get('omnichannel/contacts.channels', { contactId })).body.channels;

  it('shows of several channels with the same name the last one used', async () => {
    const lastChat = (year: number) => ({ lastChat: { _id: 'r', ts: new Date(`${year}-01-01`) } });
    const contactId = await insertContact(service.db, {
      channels: [
        channelOf('never', { name: 'sms' }),
        channelOf('late', lastChat(2026)),
        channelOf('early', lastChat(2025)),
        channelOf('unused'),
      ],
    });
    const shown = await channels(contactId);
    const visitors = shown.map(({ visitor }: { visitor: { visitorId: string } }) => visitor.visitorId);
    expect(visitors.sort()).toEqual(['late', 'never']);
  });

  it('shows none of a contact that has none, or that nobody knows', async () => {
    expect(await channels(await enter())).toEqual([]);
    expect(await channels('nobody')).toEqual([]);
  });
});
