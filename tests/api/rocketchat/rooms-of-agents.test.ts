import {
  type Agent,
  createDepartment,
  insertAgent,
  manualSelection,
  say,
  startChat,
  take,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, unique } from '../../support/visitors.ts';

const { service, anyone, admin, outsider } = useService(manualSelection);

let ann: Agent;
let bob: Agent;
beforeAll(async () => {
  ann = await insertAgent(service);
  bob = await insertAgent(service);
});

const noChannel = {
  status: 400,
  error:
    'The required "roomId" or "roomName" param provided does not match any channel [error-room-not-found]',
  errorType: 'error-room-not-found',
};
const refusal = ({ status, body }: { status: number; body: Record<string, unknown> }) => ({
  status,
  error: body.error,
  errorType: body.errorType,
});

describe.each([
  ['channels.info', 'channel'],
  ['rooms.info', 'room'],
])('GET %s', (path, member) => {
  it('shows a room to who may read it, with the token to who sits in it', async () => {
    const { rid, token, visitor } = await startChat(anyone);
    const waiting = await ann.api.get(path, { roomId: rid });
    expect(waiting.body[member]).toMatchObject({ _id: rid, t: 'l', open: true, v: { _id: visitor._id } });
    expect(waiting.body[member].v).not.toHaveProperty('token');
    await take(ann, rid);
    expect((await ann.api.get(path, { roomId: rid })).body[member].v.token).toBe(token);
  });

  it('is for agents: a chat that waits is not shown to everyone with an account, nor can they write in it', async () => {
    const { rid } = await startChat(anyone);
    expect(refusal(await outsider.get(path, { roomId: rid })).status).toBe(400);
    const message = { rid, msg: 'Hello, this is your bank' };
    expect((await outsider.post('chat.sendMessage', { message })).body.error).toMatch('error-not-allowed');
    expect((await ann.api.get(path, { roomId: rid })).status).toBe(200);
  });

  it('finds no room of others, no unknown one, and none by a name', async () => {
    const { rid } = await startChat(anyone);
    await take(ann, rid);
    const ofOthers = refusal(await bob.api.get(path, { roomId: rid }));
    expect(ofOthers).toEqual(
      path === 'channels.info' ? noChannel : { status: 400, error: 'not-allowed', errorType: 'Not Allowed' },
    );
    expect(refusal(await admin.get(path, { roomId: 'nowhere' }))).toEqual(noChannel);
    expect(refusal(await admin.get(path, { roomName: 'general' }))).toEqual(noChannel);
    await service.db
      .collection<{ _id: string; t: string }>('rocketchat_room')
      .insertOne({ _id: 'general', t: 'c' });
    expect(refusal(await admin.get(path, { roomId: 'general' }))).toEqual(noChannel);
    await service.db.collection<{ _id: string }>('rocketchat_room').deleteOne({ _id: 'general' });
  });

  it('needs a room, and somebody who is logged in', async () => {
    expect((await admin.get(path)).status).toBe(400);
    expect((await admin.get(path, { roomId: { $ne: '' } })).status).toBe(400);
    expect((await anyone.get(path, { roomId: 'x' })).status).toBe(401);
  });
});

it('rooms.info says that a room is required, and channels.info that there is none without a name', async () => {
  const required = 'The parameter "roomId" or "roomName" is required [error-roomid-param-not-provided]';
  for (const query of [{}, { roomId: '', roomName: '' }])
    expect((await admin.get('rooms.info', query)).body.error).toBe(required);
  for (const query of [{ roomId: '' }, { roomName: '', fields: '{}' }])
    expect(refusal(await admin.get('rooms.info', query))).toEqual(noChannel);
  for (const query of [{}, { roomId: '' }])
    expect(refusal(await admin.get('channels.info', query))).toEqual(noChannel);
});

describe('GET rooms.get and subscriptions.getOne', () => {
  const mine = async (agent: Agent, query: object = {}) =>
    (await agent.api.get('rooms.get', { ...query })).body.update.map(({ _id }: { _id: string }) => _id);

  it('show the rooms in which an agent sits, as long as they do', async () => {
    const agent = await insertAgent(service);
    const { rid, token } = await startChat(anyone);
    const subscription = async (by: Agent) =>
      (await by.api.get('subscriptions.getOne', { roomId: rid })).body.subscription;
    expect([await mine(agent), await subscription(agent)]).toEqual([[], null]);
    await take(agent, rid);
    expect(await mine(agent)).toEqual([rid]);
    expect(await subscription(agent)).toMatchObject({ rid, t: 'l', open: true, u: { _id: agent._id } });
    expect(await subscription(ann)).toBeNull();
    const later = new Date(Date.now() + 60_000).toISOString();
    const earlier = new Date(Date.now() - 60_000).toISOString();
    expect(await mine(agent, { updatedSince: later })).toEqual([]);
    await say(anyone, token, rid, 'Hello');
    expect(await mine(agent, { updatedSince: earlier })).toEqual([rid]);
    await anyone.post('livechat/room.close', { token, rid });
    expect([await mine(agent), await subscription(agent)]).toEqual([[], null]);
  });

  it('show nothing to somebody who is no agent any more', async () => {
    const agent = await insertAgent(service);
    const { rid } = await startChat(anyone);
    await take(agent, rid);
    expect((await admin.delete(`livechat/users/agent/${agent._id}`)).status).toBe(200);
    expect(await mine(agent)).toEqual([]);
    expect((await agent.api.get('subscriptions.getOne', { roomId: rid })).body.subscription).toBeNull();
    expect((await agent.api.get('rooms.info', { roomId: rid })).status).toBe(400);
  });

  it('refuse a time that is none, and a room that is missing', async () => {
    expect((await admin.get('rooms.get', { updatedSince: 'soon' })).body).toMatchObject({
      errorType: 'error-updatedSince-param-invalid',
      error: 'The "updatedSince" query parameter must be a valid date. [error-updatedSince-param-invalid]',
    });
    expect((await admin.get('subscriptions.getOne')).body.error).toBe(
      "must have required property 'roomId' [invalid-params]",
    );
    expect((await admin.get('subscriptions.getOne', { roomId: '' })).body.error).toBe(
      "The 'roomId' param is required",
    );
    expect((await outsider.get('rooms.get')).body).toEqual({ update: [], remove: [], success: true });
  });
});

describe('GET livechat/inquiries.queuedForUser', () => {
  const queue = async (agent: Agent, query: object = {}) => {
    const { body } = await agent.api.get('livechat/inquiries.queuedForUser', { count: 0, ...query });
    return { rids: body.inquiries.map(({ rid }: { rid: string }) => rid), total: body.total };
  };

  it('shows an agent what they may take: of nobody, of their departments, or what asks for them', async () => {
    await collection(service.db, 'livechat_inquiry').deleteMany({ rid: { $exists: true } });
    const department = await createDepartment(admin, [ann]);
    const other = await createDepartment(admin, [bob]);
    const open = await startChat(anyone);
    const ours = await startChat(anyone, { department });
    const theirs = await startChat(anyone, { department: other });
    expect(await queue(ann)).toEqual({ rids: [open.rid, ours.rid], total: 2 });
    expect(await queue(bob)).toEqual({ rids: [open.rid, theirs.rid], total: 2 });
    expect(await queue(ann, { department })).toEqual({ rids: [open.rid, ours.rid], total: 2 });
    expect(await queue(ann, { count: 1, offset: 1 })).toEqual({ rids: [ours.rid], total: 2 });
    expect((await queue(ann, { sort: '{"ts":-1}' })).rids).toEqual([ours.rid, open.rid]);
    const asked = { defaultAgent: { agentId: ann._id, username: ann.username } };
    await collection(service.db, 'livechat_inquiry').updateOne({ rid: theirs.rid }, { $set: asked });
    expect((await queue(ann)).rids).toContain(theirs.rid);
    const { body } = await ann.api.get('livechat/inquiries.queuedForUser');
    expect(JSON.stringify(body)).not.toContain(open.token);
    await take(ann, ours.rid);
    expect((await queue(ann)).rids).not.toContain(ours.rid);
  });

  it("refuses another department's queue, and who serves no visitors", async () => {
    const department = await createDepartment(admin, [bob]);
    const answer = await ann.api.get('livechat/inquiries.queuedForUser', { department });
    expect(refusal(answer)).toMatchObject({ status: 400, error: 'error-not-authorized' });
    expect((await outsider.get('livechat/inquiries.queuedForUser')).status).toBe(403);
    expect((await ann.api.get('livechat/inquiries.queuedForUser', { department: { $ne: '' } })).status).toBe(
      400,
    );
  });
});

describe('GET livechat/queue', () => {
  it('counts the chats that agents serve, by department', async () => {
    const busy = await insertAgent(service);
    const department = await createDepartment(admin, [busy], { name: unique('Sales') });
    for (const given of [{ department }, { department }, {}])
      await take(busy, (await startChat(anyone, given)).rid);
    const list = async (query: object = {}) =>
      (await admin.get('livechat/queue', { agentId: busy._id, ...query })).body;
    const user = { _id: busy._id, username: busy.username, status: 'online' };
    const both = await list();
    expect(both).toMatchObject({ count: 2, offset: 0, total: 2 });
    expect(both.queue).toEqual([
      { user, department: { _id: department, name: expect.stringMatching(/^Sales/) }, chats: 2 },
      { user, chats: 1 },
    ]);
    expect((await list({ departmentId: department })).queue).toMatchObject([{ chats: 2 }]);
    expect((await list({ sort: '{"chats":1}', count: 1 })).queue).toMatchObject([{ chats: 1 }]);
    await service.db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: busy._id }, { $set: { status: 'offline' } });
    expect(await list()).toMatchObject({ queue: [], total: 0 });
    expect(await list({ includeOfflineAgents: 'true' })).toMatchObject({ total: 2 });
  });

  it('refuses an order that it does not have, and who serves no visitors', async () => {
    for (const sort of ['{"password":1}', '{"__proto__.x":1}', '{"user.roles":1}'])
      expect((await admin.get('livechat/queue', { sort })).body.errorType).toBe('error-invalid-sort');
    expect((await admin.get('livechat/queue', { agentId: { $ne: '' } })).status).toBe(400);
    expect((await outsider.get('livechat/queue')).status).toBe(403);
  });
});

describe('GET livechat/rooms/filters', () => {
  it('shows each type of source once, and each app', async () => {
    await startChat(anyone);
    const sources = [
      ...[
        { type: 'widget', destination: 'a.example' },
        { type: 'widget', destination: 'b.example' },
      ],
      ...[
        { type: 'app', id: 'two', alias: 'Two' },
        { type: 'app', id: 'one', alias: 'One', label: 'x' },
      ],
      { type: 'app', id: 'one', alias: 'One' },
    ];
    await service.db
      .collection<{ _id: string }>('rocketchat_room')
      .insertMany(sources.map((source) => ({ _id: unique('room'), t: 'l', source })));
    const { body } = await admin.get('livechat/rooms/filters');
    expect(body.filters).toEqual([
      { type: 'api' },
      { type: 'app', id: 'one', alias: 'One' },
      { type: 'app', id: 'two', alias: 'Two' },
      { type: 'widget' },
    ]);
    expect((await outsider.get('livechat/rooms/filters')).status).toBe(403);
  });
});

describe('GET users.info', () => {
  const info = async (query: object, client = admin) => {
    const { status, body } = await client.get('users.info', { ...query });
    return body.user ?? [status, body.error];
  };

  it('shows colleagues what they know of each other, and everything to who may see it', async () => {
    const emails = [{ address: `${unique('cem')}@example.org`, verified: true }];
    const cem = await insertAgent(service, { emails, bio: 'Sells', lastLogin: new Date() });
    const [address = ''] = emails.map((email) => email.address);
    expect(await info({ username: cem.username }, ann.api)).toEqual({
      ...{ _id: cem._id, username: cem.username, name: 'Agent Ann', type: 'user', active: true },
      ...{ status: 'online', statusLivechat: 'available', bio: 'Sells', canViewAllInfo: false },
    });
    const whole = { emails, roles: ['user', 'livechat-agent'], canViewAllInfo: true };
    expect(await info({ userId: cem._id })).toMatchObject(whole);
    expect(await info({ email: address })).toMatchObject(whole);
    expect(await info({ userId: cem._id }, cem.api)).toMatchObject(whole);
    expect(JSON.stringify(await info({ userId: cem._id }))).not.toContain('services');
    expect(await info({ email: address }, ann.api)).toEqual([400, 'User not found.']);
  });

  it('refuses who is unknown, and nobody at all', async () => {
    for (const query of [{ userId: 'nobody' }, { importId: 'x' }, { freeSwitchExtension: '1' }])
      expect(await info(query)).toEqual([400, 'User not found.']);
    expect(await info({ username: '' })).toEqual([400, 'Invalid search query.']);
    const names = ['userId', 'username', 'importId', 'email', 'freeSwitchExtension'];
    const missing = names.map((name) => `must have required property '${name}'`);
    const none = [...missing, 'must match a schema in anyOf [invalid-params]'].join('\n ');
    expect(await info({})).toEqual([400, none]);
    for (const query of [{}, { userId: { $ne: '' } }, { userId: 'a', username: 'b' }])
      expect((await info(query))[0]).toBe(400);
    expect((await anyone.get('users.info', { userId: 'x' })).status).toBe(401);
  });
});
