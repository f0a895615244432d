import {
  createDepartment,
  inquiryOf,
  insertAgent,
  manualSelection,
  say,
  startChat,
  storedRoom,
  take,
  transcriptOf,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, unique } from '../../support/visitors.ts';

const { service, anyone, admin, outsider } = useService(manualSelection);

const userOf = (_id: string) => service.db.collection<{ _id: string }>('users').findOne({ _id });
const notFound =
  'The required "userId" or "username" param provided does not match any users [error-invalid-user]';

describe('a user who is deleted', () => {
  it('is gone, with their logins', async () => {
    const agent = await insertAgent(service);
    expect((await agent.api.get('me')).status).toBe(200);
    const { status, body } = await admin.post('users.delete', { userId: agent._id });
    expect({ status, body }).toEqual({ status: 200, body: { deletedRooms: [], success: true } });
    expect(await userOf(agent._id)).toBeNull();
    expect((await agent.api.get('me')).status).toBe(401);
    expect((await admin.post('users.delete', { userId: agent._id })).body.error).toBe(notFound);
  });

  it('takes the scopes of their keys with them', async () => {
    const { keyScopes } = service.deps;
    const { _id: userId } = await insertAgent(service);
    await keyScopes.add({ _id: unique('hash'), userId, name: 'crm', scopes: ['read'] });
    await admin.post('users.delete', { userId });
    expect(await keyScopes.listByUser(userId)).toEqual([]);
  });

  it.each(['username', 'user'])('may be named by %s', async (by) => {
    const agent = await insertAgent(service);
    expect((await admin.post('users.delete', { [by]: agent.username })).status).toBe(200);
    expect(await userOf(agent._id)).toBeNull();
  });

  it('leaves their conversations to the queue, with what was said', async () => {
    const agent = await insertAgent(service);
    const { rid, token } = await startChat(anyone);
    await take(agent, rid);
    await agent.api.post('chat.sendMessage', { message: { rid, msg: 'Good day' } });
    await admin.post('users.delete', { userId: agent._id });

    expect(await storedRoom(service.db, rid)).not.toHaveProperty('servedBy');
    expect(await inquiryOf(admin, rid)).toMatchObject({ status: 'queued' });
    const seats = { 'u._id': agent._id, t: 'l' };
    expect(await collection(service.db, 'subscription').findOne(seats)).toBeNull();
    expect(await transcriptOf(service.db, rid)).toContain('Good day');
    const colleague = await insertAgent(service);
    await take(colleague, rid);
    expect((await say(anyone, token, rid, 'Still there?')).rid).toBe(rid);
  });

  it('leaves what they do not serve as it is', async () => {
    const [agent, colleague] = [await insertAgent(service), await insertAgent(service)];
    const [theirs, ended] = [await startChat(anyone), await startChat(anyone)];
    await take(colleague, theirs.rid);
    await admin.post('livechat/room.forward', { roomId: theirs.rid, userId: agent._id });
    await admin.post('livechat/room.forward', { roomId: theirs.rid, userId: colleague._id });
    await take(agent, ended.rid);
    await anyone.post('livechat/room.close', { token: ended.token, rid: ended.rid });
    await admin.post('users.delete', { userId: agent._id });

    expect(await storedRoom(service.db, theirs.rid)).toMatchObject({ servedBy: { _id: colleague._id } });
    expect(await storedRoom(service.db, ended.rid)).toMatchObject({ servedBy: { _id: agent._id } });
  });

  it('is no longer an agent of departments', async () => {
    const [agent, colleague] = [await insertAgent(service), await insertAgent(service)];
    const department = await createDepartment(admin, [agent, colleague]);
    await admin.post('users.delete', { userId: agent._id });
    const { agents } = (await admin.get(`livechat/department/${department}/agents`)).body;
    expect(agents.map(({ agentId }: { agentId: string }) => agentId)).toEqual([colleague._id]);
  });

  it('leaves their name to somebody else, with another id', async () => {
    const username = unique('name');
    const given = { name: 'Ann', username, password: 'secret', email: `${username}@example.org` };
    const { user } = (await admin.post('users.create', given)).body;
    await admin.post('users.delete', { userId: user._id });
    const again = (await admin.post('users.create', given)).body.user;
    expect(again.username).toBe(username);
    expect(again._id).not.toBe(user._id);
  });
});

describe('nobody is deleted', () => {
  it('who is not named, or does not exist', async () => {
    for (const given of [{}, { userId: '' }]) {
      const { status, body } = await admin.post('users.delete', given);
      expect({ status, type: body.errorType }).toEqual({
        status: 400,
        type: 'error-user-param-not-provided',
      });
    }
    for (const given of [{ userId: 'nobody' }, { username: 'nobody' }]) {
      const { status, body } = await admin.post('users.delete', given);
      expect({ status, error: body.error }).toEqual({ status: 400, error: notFound });
    }
  });

  it('by somebody without delete-user', async () => {
    const agent = await insertAgent(service);
    expect((await outsider.post('users.delete', { userId: agent._id })).status).toBe(403);
    expect((await anyone.post('users.delete', { userId: agent._id })).status).toBe(401);
    expect(await userOf(agent._id)).not.toBeNull();
  });

  it('who writes what the system writes', async () => {
    const { status, body } = await admin.post('users.delete', { userId: 'rocket.cat' });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: {
        error: 'Deleting the rocket.cat user is not allowed [error-action-not-allowed]',
        details: { method: 'deleteUser', action: 'Delete_user' },
      },
    });
  });

  it('who is an app, or a member of Rocket.Chat’s other rooms', async () => {
    const app = await insertAgent(service, { type: 'app' });
    const member = await insertAgent(service, { __rooms: ['GENERAL'] });
    for (const { _id } of [app, member]) {
      const { status, body } = await admin.post('users.delete', { userId: _id });
      expect({ status, type: body.errorType }).toEqual({ status: 400, type: 'error-action-not-allowed' });
      expect(await userOf(_id)).not.toBeNull();
    }
  });
});

describe('administrators', () => {
  it('may be deleted as long as one stays', async () => {
    const last = await service.db.collection('users').findOne({ roles: 'admin' });
    const another = await insertAgent(service, { roles: ['admin'] });
    expect((await another.api.post('users.delete', { userId: another._id })).status).toBe(200);

    const { status, body } = await admin.post('users.delete', { userId: String(last?._id) });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: {
        error: 'Leaving the app without admins is not allowed [error-action-not-allowed]',
        details: { method: 'deleteUser', action: 'Remove_last_admin' },
      },
    });
    expect((await admin.get('me')).body.roles).toContain('admin');
  });

  it('who delete each other at the same time are not all gone', async () => {
    const others = await Promise.all([1, 2, 3].map(() => insertAgent(service, { roles: ['admin'] })));
    const everybody = await service.db
      .collection<{ _id: string }>('users')
      .find({ roles: 'admin' })
      .toArray();
    const callers = [admin, ...others.map(({ api }) => api)];
    await Promise.all(
      everybody.map(({ _id }, index) => callers[index]?.post('users.delete', { userId: _id })),
    );
    expect(await service.db.collection('users').countDocuments({ roles: 'admin' })).toBeGreaterThan(0);
  });
});
