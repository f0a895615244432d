import { apiClient } from '../../support/client.ts';
import { withTestService } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';
import {
  collection,
  insertClosedRoom,
  insertOpenRoom,
  matchingOfRocketChat,
  registerVisitor,
  unique,
} from '../../support/visitors.ts';

const { service, anyone, admin } = useService(matchingOfRocketChat);

const register = (visitor: Readonly<Record<string, unknown>>) => anyone.post('livechat/visitor', { visitor });
const stored = (token: string) => collection(service.db, 'livechat_visitor').findOne({ token });

describe('a new visitor', () => {
  it('is stored with everything that was sent, and returned with the token', async () => {
    const token = unique('token');
    const answer = await register({ token, name: 'Vi', email: ' Vi@X.io ', phone: '55 51 5555-5555' });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.body).toEqual({
      visitor: {
        _id: expect.stringMatching(/^[0-9a-f]{24}$/),
        token,
        username: expect.stringMatching(/^guest-\d+$/),
        name: 'Vi',
        status: 'online',
        phone: [{ phoneNumber: '55 51 5555-5555' }],
        visitorEmails: [{ address: 'vi@x.io' }],
        ts: expect.stringMatching(/Z$/),
        _updatedAt: expect.stringMatching(/Z$/),
        host: expect.any(String),
      },
      success: true,
    });
    expect(await stored(token)).toMatchObject({ _id: answer.body.visitor._id, ts: expect.any(Date) });
  });

  it("is returned and stored in Rocket.Chat's order: id, token, then by name", async () => {
    const token = unique('token');
    const answer = await register({ token, name: 'Vi', email: 'vi@x.io', phone: '1', username: 'vi' });
    const order = ['_id', 'token', '_updatedAt', 'host', 'name', 'phone', 'status', 'ts', 'username'];
    expect(Object.keys(answer.body.visitor)).toEqual([...order, 'visitorEmails']);
    expect(Object.keys((await stored(token)) ?? {})).toEqual([...order, 'visitorEmails']);
  });

  it('keeps where their first request came from, but not later ones', () =>
    withTestService({ HTTP_FORWARDED_COUNT: '1' }, async (service) => {
      const from = (ip: string, userAgent: string) =>
        apiClient(service.app, { 'X-Real-IP': ip, 'User-Agent': userAgent, Host: 'site.example' });
      const visitor = { token: unique('token') };
      await from('192.0.2.1', 'first').post('livechat/visitor', { visitor });
      await from('192.0.2.2', 'second').post('livechat/visitor', { visitor });
      const found = await collection(service.db, 'livechat_visitor').findOne({ token: visitor.token });
      expect(found).toMatchObject({ ip: '192.0.2.1', userAgent: 'first', host: 'site.example' });
    }));

  it('does not choose their address by a header that no proxy of ours has set', async () => {
    const token = unique('token');
    await apiClient(service.app, { 'X-Real-IP': '192.0.2.1' }).post('livechat/visitor', {
      visitor: { token },
    });
    expect(await stored(token)).toMatchObject({ ip: expect.stringMatching(/127\.0\.0\.1$/) });
  });

  it('may bring an id and a username', async () => {
    const id = unique('id');
    const visitor = await registerVisitor(anyone, { id, username: 'ann', name: undefined });
    expect(visitor).toMatchObject({ _id: id, username: 'ann' });
    expect(visitor).not.toHaveProperty('name');
  });

  it('cannot take over another visitor, or a user, by their id', async () => {
    const victim = await registerVisitor(anyone, { name: 'Victim' });
    const thief = await registerVisitor(anyone, { id: victim._id, name: 'Thief' });
    expect(thief._id).not.toBe(victim._id);
    expect(await stored(victim.token)).toMatchObject({ _id: victim._id, name: 'Victim' });
    expect((await registerVisitor(anyone, { id: 'rocket.cat' }))._id).not.toBe('rocket.cat');
  });

  it('is numbered by the counter that Rocket.Chat uses, continuing from its value', async () => {
    const counter = collection(service.db, 'settings');
    await counter.updateOne({ _id: 'Livechat_guest_count' }, { $set: { value: 41 } }, { upsert: true });
    expect(await registerVisitor(anyone)).toMatchObject({ username: 'guest-42' });
    await registerVisitor(anyone, { username: 'named' });
    expect(await registerVisitor(anyone, { username: null })).toMatchObject({ username: 'guest-43' });
  });

  it('is assigned to the department with that id or name', async () => {
    const department = { _id: unique('department'), name: unique('Sales'), enabled: true };
    await collection(service.db, 'livechat_department').insertOne(department);
    for (const given of [department._id, department.name]) {
      expect(await registerVisitor(anyone, { department: given })).toMatchObject({
        department: department._id,
      });
    }
  });

  it('is not registered if the department is unknown', async () => {
    const token = unique('token');
    const answer = await register({ token, department: 'nowhere' });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error: 'error-invalid-department' });
    expect(await stored(token)).toBeNull();
  });
});

describe('a known visitor', () => {
  it('found by token, keeps what is not sent or empty, and has their lists replaced', async () => {
    const first = await registerVisitor(anyone, { email: 'old@x.io', phone: unique('1') });
    const phone = unique('2');
    const second = await registerVisitor(anyone, { token: first.token, name: '', phone });
    expect(second).toMatchObject({
      _id: first._id,
      username: first.username,
      name: 'Ann',
      visitorEmails: [{ address: 'old@x.io' }],
      phone: [{ phoneNumber: phone }],
      ts: first.ts,
    });
  });

  it('found by phone number, keeps their earlier token, which is returned', async () => {
    const phone = unique('+55');
    const first = await registerVisitor(anyone, { phone });
    const second = await registerVisitor(anyone, { phone, name: 'Again' });
    expect(second).toMatchObject({
      _id: first._id,
      token: first.token,
      name: 'Again',
      phone: [{ phoneNumber: phone }],
    });
  });

  it('found by e-mail address, in any case, gets the new token', async () => {
    const email = `${unique('mail')}@x.io`;
    const first = await registerVisitor(anyone, { email });
    const token = unique('token');
    const second = await registerVisitor(anyone, { token, email: email.toUpperCase() });
    expect(second).toMatchObject({ _id: first._id, token });
    expect(await stored(first.token)).toBeNull();
  });

  it('is looked for by token first, then by phone number, then by e-mail address', async () => {
    const phone = unique('+55');
    const email = `${unique('mail')}@x.io`;
    const byToken = await registerVisitor(anyone);
    const byPhone = await registerVisitor(anyone, { phone });
    const byEmail = await registerVisitor(anyone, { email });
    expect(await registerVisitor(anyone, { phone, email })).toMatchObject({ _id: byPhone._id });
    const again = await registerVisitor(anyone, { token: byToken.token, phone, email });
    expect(again._id).toBe(byToken._id);
    expect(await anyone.get(`livechat/visitor/${byEmail.token}`)).toMatchObject({ status: 200 });
  });

  it('is never a deleted one, whatever data are left', async () => {
    const phone = unique('+55');
    const email = `${unique('mail')}@x.io`;
    await collection(service.db, 'livechat_visitor').insertOne({
      _id: unique('gone'),
      disabled: true,
      phone: [{ phoneNumber: phone }],
      visitorEmails: [{ address: email }],
    });
    const visitor = await registerVisitor(anyone, { phone, email });
    expect(visitor).not.toHaveProperty('disabled');
  });

  it('gets their new name on their open rooms, in the queue and for the agents', async () => {
    const visitor = await registerVisitor(anyone);
    const open = await insertOpenRoom(service.db, visitor, { tags: [] });
    const closed = await insertClosedRoom(service.db, visitor);
    await registerVisitor(anyone, { token: visitor.token, name: 'After' });
    const room = (_id: string) => collection(service.db, 'room').findOne({ _id });
    expect(await room(open)).toMatchObject({ fname: 'After' });
    expect(await room(open)).not.toHaveProperty('tags');
    expect(await room(closed)).toMatchObject({ fname: 'Before' });
    expect(await collection(service.db, 'livechat_inquiry').findOne({ rid: open })).toMatchObject({
      name: 'After',
    });
    expect(await collection(service.db, 'subscription').findOne({ rid: open })).toMatchObject({
      name: 'After',
      fname: 'After',
    });
  });

  it('does not affect the tags of their open room', async () => {
    const visitor = await registerVisitor(anyone);
    const rid = await insertOpenRoom(service.db, visitor, { tags: ['vip'] });
    await registerVisitor(anyone, { token: visitor.token, name: undefined });
    expect(await collection(service.db, 'room').findOne({ _id: rid })).toMatchObject({
      fname: 'Ann',
      tags: ['vip'],
    });
  });

  it('is assigned the agent who manages their contact, while that agent is available', async () => {
    const email = `${unique('mail')}@x.io`;
    const agent = {
      _id: unique('agent'),
      username: unique('bob'),
      name: 'Bob',
      emails: [{ address: 'bob@x.io', verified: true }],
    };
    const there = {
      ...agent,
      type: 'user',
      active: true,
      roles: ['livechat-agent'],
      status: 'online',
      statusConnection: 'online',
      statusLivechat: 'available',
      operator: true,
    };
    await service.db.collection<{ _id: string }>('users').insertOne(there);
    await collection(service.db, 'livechat_contact').insertOne({
      _id: unique('contact'),
      emails: [{ address: email }],
      contactManager: agent._id,
    });
    const { emails, ...shown } = agent;
    const visitor = await registerVisitor(anyone, { email });
    expect(visitor.contactManager).toEqual(shown);
    const { body } = await anyone.get(`livechat/visitor/${visitor.token}`);
    expect(body.visitor.contactManager).toEqual(shown);
    // Agents see the addresses.
    const info = await admin.get('livechat/visitors.info', { visitorId: visitor._id });
    expect(info.body.visitor.contactManager).toEqual({ ...shown, emails });
    await service.db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: agent._id }, { $set: { statusLivechat: 'not-available' } });
    const elsewhere = `${unique('mail')}@x.io`;
    await collection(service.db, 'livechat_contact').insertOne({
      _id: unique('contact'),
      emails: [{ address: elsewhere }],
      contactManager: agent._id,
    });
    expect(await registerVisitor(anyone, { email: elsewhere })).not.toHaveProperty('contactManager');
  });
});

describe('an invalid registration', () => {
  const token = 'some-token';
  it.each([
    ['nothing', {}, "Match error: Missing key 'visitor'"],
    ['no token', { visitor: {} }, "Match error: Missing key 'token' in field visitor"],
    [
      'a token that is a number',
      { visitor: { token: 5 } },
      'Match error: Expected string, got number in field visitor.token',
    ],
    [
      'an operator for a token',
      { visitor: { token: { $ne: null } } },
      'Match error: Expected string, got object in field visitor.token',
    ],
    [
      'a list of phones',
      { visitor: { token, phone: [{ phoneNumber: '1' }] } },
      'Match error: Expected string, got object in field visitor.phone',
    ],
    [
      'a custom field without overwrite',
      { visitor: { token, customFields: [{ key: 'a', value: 'b' }] } },
      "Match error: Missing key 'overwrite' in field visitor.customFields[0]",
    ],
    ['a key next to visitor', { visitor: { token }, extra: 1 }, 'Match error: Unknown key in field extra'],
  ])('%s', async (_title, body, error) => {
    const answer = await anyone.post('livechat/visitor', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error });
  });

  it.each(['', '  '])('a blank token: %j', async (token) => {
    const answer = await register({ token });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      success: false,
      error: 'Token cannot be empty [error-invalid-token]',
      errorType: 'error-invalid-token',
      details: { method: 'livechat/visitor' },
    });
  });

  it('but unknown keys inside visitor are ignored', async () => {
    const visitor = await registerVisitor(anyone, {
      department: '',
      status: 'busy',
      lastChat: { _id: 'x' },
      disabled: true,
    });
    expect(visitor).toMatchObject({ status: 'online' });
    expect(visitor).not.toHaveProperty('lastChat');
    expect(visitor).not.toHaveProperty('disabled');
  });
});
