import { apiClient } from '../../support/client.ts';
import { channelOf, insertContact, listContacts } from '../../support/contacts.ts';
import {
  type Agent,
  insertAgent,
  manualSelection,
  openRoom,
  startChat,
  storedRoom,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import {
  collection,
  defineCustomField,
  insertClosedRoom,
  matchingOfRocketChat,
  registerVisitor,
  unique,
} from '../../support/visitors.ts';

const { service, anyone, admin } = useService({ ...manualSelection, ...matchingOfRocketChat });

let agent: Agent;
beforeAll(async () => {
  agent = await insertAgent(service);
});

const contactsOf = (visitorId: string) => listContacts(service.db, visitorId);
const closeRoom = (token: string, rid: string) => anyone.post('livechat/room.close', { token, rid });
const aDozen = <T>(make: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 12 }, make));

const insert = (given: Readonly<Record<string, unknown>>) => insertContact(service.db, given);
/** A contact that an agent entered, and that no visitor has written for. */
const enter = (given: Readonly<Record<string, unknown>>) => insert({ preRegistration: true, ...given });

describe("the visitor's contact", () => {
  it('is created with their first room, from what is known about them, and not before', async () => {
    const city = await defineCustomField(admin);
    const visitor = await registerVisitor(anyone, {
      name: 'Vi',
      email: 'vi@x.io',
      phone: '123',
      customFields: [{ key: city, value: ' Kyiv ', overwrite: true }],
    });
    expect(await contactsOf(visitor._id)).toEqual([]);
    const room = await openRoom(anyone, visitor);
    const lastChat = { _id: room._id, ts: new Date(room.ts ?? 0) };
    expect(await contactsOf(visitor._id)).toEqual([
      {
        _id: expect.stringMatching(/^[0-9a-f]{24}$/),
        createdAt: expect.any(Date),
        name: 'Vi',
        emails: [{ address: 'vi@x.io' }],
        phones: [{ phoneNumber: '123' }],
        channels: [channelOf(visitor._id, { lastChat })],
        customFields: { [city]: 'Kyiv' },
        lastChat,
        unknown: true,
        preRegistration: false,
        _updatedAt: expect.any(Date),
      },
    ]);
  });

  it('is what all their rooms refer to', async () => {
    const { visitor, token, room } = await startChat(anyone);
    await closeRoom(token, room._id);
    const next = await openRoom(anyone, { token });
    const [contact, ...others] = await contactsOf(visitor._id);
    expect(others).toEqual([]);
    expect([room, next]).toMatchObject([
      { contactId: contact?._id, verified: false, fname: 'Ann' },
      { contactId: contact?._id, verified: false, fname: 'Ann' },
    ]);
    const lastChat = { _id: next._id, ts: new Date(next.ts ?? 0) };
    expect(contact).toMatchObject({ lastChat, channels: [{ lastChat }] });
  });

  it('takes the username of a nameless visitor, and the agent who manages them', async () => {
    const token = unique('token');
    await admin.post('omnichannel/contact', {
      token,
      name: 'Vi',
      contactManager: { username: agent.username },
    });
    const managed = await openRoom(anyone, { token });
    expect(await contactsOf(String(managed.v?._id))).toMatchObject([{ contactManager: agent._id }]);
    const { room, visitor } = await startChat(anyone, { name: undefined });
    expect(room.fname).toBe(visitor.username);
    const [contact] = await contactsOf(visitor._id);
    expect(contact).toMatchObject({ name: visitor.username, customFields: {} });
    for (const field of ['emails', 'phones', 'contactManager']) expect(contact).not.toHaveProperty(field);
  });

  it('is a different one for what they write in the widget', async () => {
    const { visitor, token, rid } = await startChat(anyone);
    await closeRoom(token, rid);
    const widget = apiClient(service.app, { Cookie: 'rc_room_type=l; rc_is_widget=t', Host: 'chat.example' });
    const room = await openRoom(widget, { token });
    const source = { type: 'widget', destination: 'chat.example' };
    const [, second, ...others] = await contactsOf(visitor._id);
    expect(others).toEqual([]);
    expect(second).toMatchObject({
      _id: room.contactId,
      channels: [{ name: 'widget', visitor: { source: { type: 'widget' } }, details: source }],
    });
  });

  it('takes over the rooms they had before there were contacts', async () => {
    const visitor = await registerVisitor(anyone);
    const before = await insertClosedRoom(service.db, visitor, { source: { type: 'api' } });
    const elsewhere = await insertClosedRoom(service.db, visitor, { source: { type: 'sms' } });
    const { contactId } = await openRoom(anyone, visitor);
    expect(await storedRoom(service.db, before)).toMatchObject({ contactId, fname: 'Ann' });
    expect(await storedRoom(service.db, elsewhere)).not.toHaveProperty('contactId');
  });

  it('is found again if a request died before its room was stored', async () => {
    const { visitor, token, room } = await startChat(anyone);
    await collection(service.db, 'room').deleteOne({ _id: room._id });
    expect(await openRoom(anyone, { token })).toMatchObject({ contactId: room.contactId });
    expect(await contactsOf(visitor._id)).toHaveLength(1);
  });
});

describe('one contact', () => {
  it('is created, however many requests race for the room', async () => {
    const visitor = await registerVisitor(anyone, { email: `${unique('mail')}@x.io` });
    const rooms = await aDozen(() => openRoom(anyone, visitor));
    const [contact, ...others] = await contactsOf(visitor._id);
    expect(others).toEqual([]);
    expect(new Set(rooms.map(({ contactId }) => contactId))).toEqual(new Set([contact?._id]));
  });

  it('is taken from what an agent entered, once, however many requests race', async () => {
    const email = `${unique('mail')}@x.io`;
    const entered = await enter({ emails: [{ address: email }], name: 'Vi of Sales' });
    const visitor = await registerVisitor(anyone, { email, phone: '77', name: 'Vi' });
    const [room] = await aDozen(() => openRoom(anyone, visitor));
    const [contact, ...others] = await contactsOf(visitor._id);
    expect(others).toEqual([]);
    expect(room).toMatchObject({ contactId: entered, fname: 'Vi of Sales' });
    expect(contact).toMatchObject({
      _id: entered,
      preRegistration: false,
      name: 'Vi of Sales',
      phones: [{ phoneNumber: '77' }],
      conflictingFields: [{ field: 'name', value: 'Vi' }],
      channels: [channelOf(visitor._id)],
    });
  });

  it.each(['0', '00', '-', ' ', '+', '.'])(
    'is nobody else’s for having “%s” in place of a number',
    async (nothing) => {
      const entered = await enter({ phones: [{ phoneNumber: nothing }], emails: [{ address: nothing }] });
      const [first, second] = [
        await registerVisitor(anyone, { phone: nothing, email: nothing }),
        await registerVisitor(anyone, { phone: nothing, email: nothing }),
      ];
      expect(second._id).not.toBe(first._id);
      expect(second).toMatchObject({ phone: [{ phoneNumber: nothing }] });
      const saved = await admin.post('omnichannel/contact', {
        token: unique('t'),
        name: 'Ann',
        email: nothing,
      });
      expect([first._id, second._id]).not.toContain(saved.body.contact);
      await openRoom(anyone, first);
      expect((await contactsOf(first._id)).map(({ _id }) => _id)).not.toContain(entered);
    },
  );

  it('adds custom fields to what an agent entered, even one with a name that every object has', async () => {
    const email = `${unique('mail')}@x.io`;
    await enter({ emails: [{ address: email }], customFields: { city: 'Kyiv' } });
    await defineCustomField(admin, { field: 'constructor' });
    const customFields = [{ key: 'constructor', value: 'Eiffel', overwrite: true }];
    const visitor = await registerVisitor(anyone, { email, customFields });
    await openRoom(anyone, visitor);
    const [contact] = await contactsOf(visitor._id);
    expect(contact?.customFields).toEqual({ city: 'Kyiv', constructor: 'Eiffel' });
  });

  it('goes to the first of two visitors with the number that an agent entered', async () => {
    const phone = unique('1');
    await enter({ phones: [{ phoneNumber: phone }] });
    const visitors = [await registerVisitor(anyone), await registerVisitor(anyone)];
    await collection(service.db, 'livechat_visitor').updateMany(
      { _id: { $in: visitors.map(({ _id }) => _id) } },
      { $set: { phone: [{ phoneNumber: phone }] } },
    );
    const rooms = await Promise.all(visitors.map((visitor) => openRoom(anyone, visitor)));
    expect(rooms.map(({ fname }) => fname).sort()).toEqual(['Ann', 'Kim']);
    expect(new Set(rooms.map(({ contactId }) => contactId)).size).toBe(2);
  });
});

describe('a contact that Rocket.Chat created', () => {
  it("is kept: the room takes its name, its channel's verification and its activity", async () => {
    const visitor = await registerVisitor(anyone);
    const channels = [
      channelOf('somebody', { verified: false }),
      channelOf(visitor._id, { verified: true, details: { type: 'api', label: 'Shop' } }),
    ];
    const contactId = await insert({ channels, activity: ['2025-01'] });
    const room = await openRoom(anyone, visitor);
    expect(room).toMatchObject({ contactId, fname: 'Kim', verified: true, v: { activity: ['2025-01'] } });
    const lastChat = { _id: room._id, ts: new Date(room.ts ?? 0) };
    const [contact, ...others] = await contactsOf(visitor._id);
    expect(others).toEqual([]);
    expect(contact).toMatchObject({ _id: contactId, lastChat });
    expect(contact?.channels).toEqual([channels[0], { ...channels[1], lastChat }]);
  });

  it('is the oldest, if there are several', async () => {
    const visitor = await registerVisitor(anyone);
    const channels = [channelOf(visitor._id)];
    await insert({ channels, createdAt: new Date('2025-03-01') });
    const oldest = await insert({ channels, createdAt: new Date('2025-02-01') });
    expect(await openRoom(anyone, visitor)).toMatchObject({ contactId: oldest });
    expect(await contactsOf(visitor._id)).toHaveLength(2);
  });

  it('gets no room if an agent has blocked its channel', async () => {
    const visitor = await registerVisitor(anyone);
    await insert({ channels: [channelOf(visitor._id, { blocked: true })] });
    const { status, body } = await anyone.get('livechat/room', { token: visitor.token });
    expect(status).toBe(400);
    expect(body).toMatchObject({ success: false, error: 'error-contact-channel-blocked' });
    expect(body).not.toHaveProperty('errorType');
    expect(await collection(service.db, 'room').countDocuments({ 'v._id': visitor._id })).toBe(0);
  });
});
