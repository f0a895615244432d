import { apiClient } from '../../support/client.ts';
import { listContacts } from '../../support/contacts.ts';
import { insertAgent, openRoom, startChat } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, registerVisitor, unique } from '../../support/visitors.ts';

const { service, anyone, admin } = useService();
beforeAll(() => insertAgent(service));

const contacts = () => collection(service.db, 'livechat_contact');
const contactsOf = (visitorId: string) => listContacts(service.db, visitorId);
const closeRoom = (token: string, rid: string) => anyone.post('livechat/room.close', { token, rid });

describe('what a visitor says about themselves later', () => {
  const sayAgain = (token: string, said: Readonly<Record<string, unknown>>) =>
    registerVisitor(anyone, { token, name: undefined, ...said });

  it('replaces the name of an unknown contact, and is added to its addresses and numbers', async () => {
    const { visitor, token } = await startChat(anyone, { email: 'old@x.io' });
    await sayAgain(token, { name: 'Bea', email: 'New@x.io', phone: '5' });
    await sayAgain(token, { name: 'Bea', email: 'new@x.io', phone: '5' });
    const [contact] = await contactsOf(visitor._id);
    expect(contact).toMatchObject({
      name: 'Bea',
      emails: [{ address: 'old@x.io' }, { address: 'new@x.io' }],
      phones: [{ phoneNumber: '5' }],
    });
    expect(contact).not.toHaveProperty('conflictingFields');
  });

  it('is recorded as a conflict, once, on a contact that an agent knows', async () => {
    const { visitor, token } = await startChat(anyone);
    await contacts().updateMany({ 'channels.visitor.visitorId': visitor._id }, { $set: { unknown: false } });
    for (const name of ['Bea', 'Bea', 'Ann']) await sayAgain(token, { name });
    expect(await contactsOf(visitor._id)).toMatchObject([
      { name: 'Ann', conflictingFields: [{ field: 'name', value: 'Bea' }] },
    ]);
  });

  it('changes nothing if it is not new', async () => {
    const { visitor, token } = await startChat(anyone, { phone: '6' });
    const before = await contactsOf(visitor._id);
    await sayAgain(token, { name: 'Ann', phone: '6' });
    await sayAgain(token, {});
    expect(await contactsOf(visitor._id)).toEqual(before);
  });
});

describe("an agent's answer", () => {
  const month = new Date().toISOString().slice(0, 7);
  const answer = (rid: string) => admin.post('chat.sendMessage', { message: { rid, msg: 'hello' } });

  it('makes the contact active in the month, among the last twelve', async () => {
    const { visitor, rid } = await startChat(anyone);
    const months = Array.from({ length: 12 }, (_, index) => `2020-${String(index + 1).padStart(2, '0')}`);
    await contacts().updateMany(
      { 'channels.visitor.visitorId': visitor._id },
      { $set: { activity: months } },
    );
    await answer(rid);
    await answer(rid);
    expect(await contactsOf(visitor._id)).toMatchObject([{ activity: [...months.slice(1), month] }]);
  });

  it('also makes a second contact active, for a visitor who is active already', async () => {
    const { visitor, token, rid } = await startChat(anyone);
    await answer(rid);
    await closeRoom(token, rid);
    const widget = apiClient(service.app, { Cookie: 'rc_room_type=l; rc_is_widget=t' });
    const second = await openRoom(widget, { token });
    await answer(second._id);
    const activity = [month];
    expect(await contactsOf(visitor._id)).toMatchObject([
      { activity, unknown: true },
      { activity, unknown: false },
    ]);
  });
});

describe('deleting the visitor', () => {
  it('removes all personal data from the contact, and a new visitor gets a new contact', async () => {
    const { visitor, token, room } = await startChat(anyone, { email: `${unique('mail')}@x.io` });
    await closeRoom(token, room._id);
    expect(await anyone.delete(`livechat/visitor/${token}`)).toMatchObject({ status: 200 });
    expect(await contacts().findOne({ _id: String(room.contactId) })).toEqual({
      _id: room.contactId,
      createdAt: expect.any(Date),
      unknown: true,
      preRegistration: false,
      enabled: false,
      _updatedAt: expect.any(Date),
    });
    const next = await startChat(anyone, { token });
    expect(next.visitor._id).not.toBe(visitor._id);
    expect(next.room.contactId).not.toBe(room.contactId);
  });
});
