import { getVisitor } from '../../../src/domain/visitors/get-visitor.ts';
import { phonesOf } from '../../../src/domain/visitors/visitor-search.ts';
import { insertContact, listContacts } from '../../support/contacts.ts';
import { insertAgent, manualSelection, openRoom, startChat } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, registerVisitor, unique } from '../../support/visitors.ts';

const { service, anyone, admin } = useService(manualSelection);

const stored = (_id: string) => collection(service.db, 'livechat_visitor').findOne({ _id });

describe('a stranger who knows the e-mail address and the phone number of a visitor', () => {
  const known = () => ({ email: `${unique('mail')}@x.io`, phone: unique('+55') });

  it('is a visitor of their own, who learns nothing about the other, and changes nothing', async () => {
    const keys = known();
    const victim = await registerVisitor(anyone, { ...keys, name: 'Vic Tim' });
    const before = await stored(victim._id);
    for (const key of [{ email: keys.email }, { phone: keys.phone }, keys]) {
      const stranger = await registerVisitor(anyone, { ...key, name: undefined });
      expect(stranger._id).not.toBe(victim._id);
      expect(stranger.token).not.toBe(victim.token);
      expect(JSON.stringify(stranger)).not.toMatch('Vic Tim');
    }
    expect(await stored(victim._id)).toEqual(before);
    expect(await anyone.get(`livechat/visitor/${victim.token}`)).toMatchObject({ status: 200 });
  });

  it('gets no room of theirs, and deletes only themselves', async () => {
    await insertAgent(service);
    const keys = known();
    const chat = await startChat(anyone, keys);
    const stranger = await registerVisitor(anyone, keys);
    const history = await anyone.get(`livechat/messages.history/${chat.rid}`, { token: stranger.token });
    expect(history.status).toBe(400);
    expect((await openRoom(anyone, stranger))._id).not.toBe(chat.rid);
    await anyone.post('livechat/room.close', { token: chat.token, rid: chat.rid });
    const again = await registerVisitor(anyone, keys);
    expect(await anyone.delete(`livechat/visitor/${again.token}`)).toMatchObject({ status: 200 });
    expect(await collection(service.db, 'room').findOne({ _id: chat.rid })).not.toBeNull();
    expect(await anyone.get(`livechat/visitor/${chat.token}`)).toMatchObject({ status: 200 });
  });

  it('gets neither the contact that an agent entered for that person nor its manager', async () => {
    const { _id } = await insertAgent(service);
    const { email, phone } = known();
    const entered = { name: 'Kim of Sales', emails: [{ address: email }], phones: [{ phoneNumber: phone }] };
    const id = await insertContact(service.db, { ...entered, contactManager: _id, preRegistration: true });
    const stranger = await registerVisitor(anyone, { email, phone, name: 'Stranger' });
    expect(stranger).not.toHaveProperty('contactManager');
    const room = await openRoom(anyone, stranger);
    expect(room.fname).toBe('Stranger');
    expect((await listContacts(service.db, stranger._id)).map((contact) => contact._id)).not.toContain(id);
  });
});

describe('a stranger who writes phone numbers and addresses into their chat', () => {
  it('is not met by whoever registers with one of them', async () => {
    await insertAgent(service);
    const { rid, token, visitor } = await startChat(anyone);
    const msg = 'call +55 51 5555 5555 or write to planted@example.org';
    expect(await anyone.post('livechat/message', { token, rid, msg })).toMatchObject({ status: 200 });
    const [phone] = phonesOf(await getVisitor(service.deps, visitor._id));
    const owner = await registerVisitor(anyone, { email: 'planted@example.org', phone });
    expect(phone).toMatch(/5555/);
    expect(owner._id).not.toBe(visitor._id);
    expect(owner.token).not.toBe(token);
  });
});

describe('an agent who enters the address of a visitor', () => {
  it('joins another token to them, and the first one goes on working', async () => {
    const email = `${unique('mail')}@x.io`;
    const visitor = await registerVisitor(anyone, { email });
    const token = unique('token');
    const saved = await admin.post('omnichannel/contact', { token, name: 'Ann', email });
    expect(saved.body.contact).toBe(visitor._id);
    for (const each of [visitor.token, token]) {
      const shown = await anyone.get(`livechat/visitor/${each}`);
      expect(shown.body.visitor).toMatchObject({ _id: visitor._id, token: each });
    }
  });
});
