import request from 'supertest';
import { insertAgent, say } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { insertUser, rocketChatUser, storedTokenHash, storeUsers } from '../../support/users.ts';
import { collection, registerVisitor, unique } from '../../support/visitors.ts';

const { service, anyone, admin } = useService();

const visitors = () => collection(service.db, 'livechat_visitor');
const rooms = () => collection(service.db, 'room');
const guestCount = () => collection(service.db, 'settings');
const bareVisitor = async (given: Readonly<Record<string, unknown>> = {}) => {
  const visitor = { _id: unique('visitor'), token: unique('token'), ...given };
  await visitors().insertOne(visitor);
  return visitor;
};
const bareRoom = async (given: Readonly<Record<string, unknown>>): Promise<string> => {
  const _id = unique('room');
  await rooms().insertOne({ _id, t: 'l', open: true, ...given });
  return _id;
};
/** What is stored here is more than the contract promises of an answer, so that this one is not held against it. */
const getRoomOf = (token: string) => request(service.app).get('/api/v1/livechat/room').query({ token });

describe('a visitor', () => {
  it('with null for phone and addresses gets those that they mention', async () => {
    const { _id, token } = await bareVisitor({ phone: null, visitorEmails: null });
    const rid = await bareRoom({ v: { _id, token }, ts: new Date() });
    await say(anyone, token, rid, 'Mail me at vi@x.io or call (11) 98765-4321');
    expect(await visitors().findOne({ _id })).toMatchObject({
      phone: [{ phoneNumber: '(11) 98765-4321' }],
      visitorEmails: [{ address: 'vi@x.io' }],
    });
  });

  it('with a phone number outside a list keeps it', async () => {
    const { _id, token } = await bareVisitor({ phone: { phoneNumber: '55' } });
    const rid = await bareRoom({ v: { _id, token }, ts: new Date() });
    await say(anyone, token, rid, 'Call (11) 98765-4321');
    const phone = [{ phoneNumber: '55' }, { phoneNumber: '(11) 98765-4321' }];
    expect(await visitors().findOne({ _id })).toMatchObject({ phone });
  });

  it('whose custom fields are a string cannot be given one, and is told why', async () => {
    const { token } = await bareVisitor({ livechatData: 'text' });
    const key = unique('field');
    const field = { field: key, label: key, scope: 'visitor', visibility: 'visible' };
    await admin.post('livechat/custom-fields.save', { customFieldId: null, customFieldData: field });
    const answer = await anyone.post('livechat/custom.field', { token, key, value: 'x', overwrite: true });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      success: false,
      error: 'A stored document has another form than this change needs',
    });
  });
});

it('a contact with other values in place of its lists follows its visitor to the end', async () => {
  const { _id: visitorId, token } = await registerVisitor(anyone);
  const contacts = collection(service.db, 'livechat_contact');
  const _id = unique('contact');
  const channels = [null, { visitor: null }, { visitor: { visitorId } }];
  await contacts.insertOne({ _id, channels, conflictingFields: null });
  await registerVisitor(anyone, { token, name: 'Vi', email: `${_id}@x.io` });
  expect(await contacts.findOne({ _id })).toMatchObject({ name: 'Vi' });
  expect((await anyone.delete(`livechat/visitor/${token}`)).status).toBe(200);
  expect(await contacts.findOne({ _id })).toMatchObject({ enabled: false });
});

describe('the counter of guests', () => {
  it.each([
    ['41', 'guest-42'],
    ['many', 'guest-2'],
    [null, 'guest-2'],
    [6, 'guest-7'],
  ])('that is %j goes on with %s', async (value, username) => {
    const _id = 'Livechat_guest_count';
    await guestCount().updateOne({ _id }, { $set: { value } }, { upsert: true });
    expect(await registerVisitor(anyone)).toMatchObject({ username });
    expect(await guestCount().findOne({ _id })).toMatchObject({ _updatedAt: expect.any(Date) });
  });
});

describe('a room', () => {
  it('with little more than a visitor is served until it is closed', async () => {
    const agent = await insertAgent(service);
    const { _id, token } = await bareVisitor();
    const rid = await bareRoom({ v: { _id, token } });
    const found = await getRoomOf(token);
    expect(found.body).toMatchObject({ room: { _id: rid, servedBy: { _id: agent._id } }, newRoom: false });
    await say(anyone, token, rid, 'Hello?');
    expect((await agent.api.post('chat.sendMessage', { message: { rid, msg: 'Hi' } })).status).toBe(200);
    expect((await admin.post('livechat/room.closeByUser', { rid, comment: 'bye' })).status).toBe(200);
    const closed = await rooms().findOne({ _id: rid });
    expect(closed).toMatchObject({ closedAt: expect.any(Date), closer: 'user' });
    expect(closed?.metrics).not.toHaveProperty('chatDuration');
  });

  it('without a visitor can be answered and closed, and gets no other visitor', async () => {
    const before = await visitors().find().toArray();
    const rid = await bareRoom({ u: { _id: 'u', username: 'guest' }, ts: new Date() });
    expect((await admin.post('chat.sendMessage', { message: { rid, msg: 'Hi' } })).status).toBe(200);
    expect(await rooms().findOne({ _id: rid })).not.toHaveProperty('v');
    expect((await admin.post('livechat/room.closeByUser', { rid, comment: 'bye' })).status).toBe(200);
    expect(await visitors().find().toArray()).toEqual(before);
  });

  it('is not taken by an inquiry without a room', async () => {
    const agent = await insertAgent(service);
    const rid = await bareRoom({ v: { _id: unique('visitor'), token: unique('token') } });
    const inquiryId = unique('inquiry');
    await collection(service.db, 'livechat_inquiry').insertOne({ _id: inquiryId, status: 'queued' });
    const answer = await agent.api.post('livechat/inquiries.take', { inquiryId });
    expect(answer.body).toMatchObject({ success: false, errorType: 'error-not-found' });
    expect(await rooms().findOne({ _id: rid })).not.toHaveProperty('servedBy');
  });
});

it("a message without an author belongs to nobody's to change", async () => {
  const { _id, token } = await bareVisitor();
  const rid = await bareRoom({ v: { _id, token } });
  const message = unique('message');
  await collection(service.db, 'message').insertOne({ _id: message, rid });
  const given = { token, rid };
  for (const answer of [
    await anyone.put(`livechat/message/${message}`, { ...given, msg: 'x' }),
    await anyone.delete(`livechat/message/${message}`, given),
  ])
    expect(answer.body).toMatchObject({ success: false, error: 'error-action-not-allowed' });
});

describe('a user', () => {
  it('is found by a token in a list that contains other things too', async () => {
    const authToken = unique('secret');
    const loginTokens = [null, 5, { hashedToken: storedTokenHash(authToken), when: new Date() }];
    const { userId } = await insertUser(service, { services: { resume: { loginTokens } } });
    expect((await anyone.as({ userId, authToken }).get('me')).status).toBe(200);
    expect((await anyone.post('login', { resume: authToken })).body).toMatchObject({ data: { userId } });
  });

  it('without a usable stored password cannot log in', async () => {
    const user = unique('user');
    await storeUsers(service.db, rocketChatUser(user, { services: { password: { bcrypt: 5 } } }));
    expect((await anyone.post('login', { user, password: user })).status).toBe(401);
  });
});
