import { forwardRoom } from '../../../src/domain/conversation/transfer-room.ts';
import type { Dependencies } from '../../../src/domain/dependencies.ts';
import { errorOf } from '../../support/client.ts';
import {
  type Agent,
  createDepartment,
  inquiryOf,
  insertAgent,
  openRoom,
  storedRoom,
  transcriptOf,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, registerVisitor, unique } from '../../support/visitors.ts';

const manager = { roles: ['user', 'livechat-agent', 'livechat-manager'] };

describe('where agents are chosen', () => {
  const { service, anyone, admin } = useService();
  let ann: Agent;
  let bob: Agent;
  let billing: string;
  let deserted: string;
  beforeAll(async () => {
    ann = await insertAgent(service, { ...manager, name: 'Ann' });
    bob = await insertAgent(service, { ...manager, name: 'Bob' });
    billing = await createDepartment(admin, [bob], { name: 'Billing' });
    const away = await insertAgent(service, { statusLivechat: 'not-available' });
    deserted = await createDepartment(admin, [away]);
  });

  const forward = (body: object, by = admin) => errorOf(by.post('livechat/room.forward', body));
  const seatsOf = async (rid: string) => {
    const seats = await collection(service.db, 'subscription').find({ rid }).toArray();
    return seats.map((seat) => (seat.u as { _id: string })._id);
  };
  /** A chat that Ann serves. */
  async function chatOfAnn() {
    const visitor = await registerVisitor(anyone);
    const answer = await anyone.get('livechat/room', { token: visitor.token, agentId: ann._id });
    return { token: visitor.token, rid: answer.body.room._id as string, visitor };
  }

  it('a chat goes to another agent, whose it is from then on', async () => {
    const { token, rid } = await chatOfAnn();
    const body = { roomId: rid, userId: bob._id, comment: 'Yours', clientAction: true };
    expect((await ann.api.post('livechat/room.forward', body)).body).toEqual({ success: true });
    expect(await storedRoom(service.db, rid)).toMatchObject({
      servedBy: { _id: bob._id, username: bob.username },
      usersCount: 2,
    });
    const { lastMessage } = (await admin.get('channels.info', { roomId: rid })).body.channel;
    expect(lastMessage).toMatchObject({
      t: 'livechat_transfer_history',
      u: { username: ann.username },
      transferData: { comment: 'Yours', scope: 'agent', transferredTo: { username: bob.username } },
    });
    expect(await seatsOf(rid)).toEqual([bob._id]);
    expect(await transcriptOf(service.db, rid)).toEqual([
      'livechat-started:',
      'command:connected',
      'uj:',
      'livechat_transfer_history:',
      `ul:${ann.username}`,
      'command:connected',
      'uj:',
    ]);
    expect((await inquiryOf(bob.api, rid)).status).toBe('taken');
    const { body: told } = await admin.get(`livechat/transfer.history/${rid}`);
    expect(told).toEqual({
      history: [
        {
          transferredBy: { _id: ann._id, username: ann.username, name: 'Ann', userType: 'agent' },
          ts: expect.any(String),
          scope: 'agent',
          comment: 'Yours',
          transferredTo: { _id: bob._id, username: bob.username, name: 'Bob' },
        },
      ],
      count: 1,
      offset: 0,
      total: 1,
      success: true,
    });
    expect((await openRoom(anyone, { token }))._id).toBe(rid);
  });

  it('a chat goes to a department, where the next agent gets it', async () => {
    const { rid } = await chatOfAnn();
    expect(await forward({ roomId: rid, departmentId: billing })).toBe('200 undefined');
    expect(await storedRoom(service.db, rid)).toMatchObject({
      departmentId: billing,
      servedBy: { _id: bob._id },
    });
    expect(await inquiryOf(admin, rid)).toMatchObject({ department: billing, status: 'taken' });
    const seat = await collection(service.db, 'subscription').findOne({ rid });
    expect(seat).toMatchObject({ department: billing, u: { _id: bob._id } });
    const { history } = (await admin.get(`livechat/transfer.history/${rid}`)).body;
    expect(history[0]).toMatchObject({
      scope: 'department',
      nextDepartment: { _id: billing, name: 'Billing' },
    });
  });

  it('a visitor moves their own chat, by the new address and by the old one', async () => {
    const { token, rid } = await chatOfAnn();
    const answer = await anyone.post('livechat/visitor/department.transfer', {
      token,
      rid,
      department: billing,
    });
    expect(answer.body).toEqual({ success: true });
    const message = await collection(service.db, 'message').findOne({ rid, t: 'livechat_transfer_history' });
    expect(message).toMatchObject({ token, transferData: { transferredBy: { userType: 'visitor' } } });
    const other = await createDepartment(admin, [bob]);
    const old = await anyone.post('livechat/room.transfer', { token, rid, department: other });
    expect(old.body).toMatchObject({ room: { _id: rid, departmentId: other, v: { token } }, success: true });
    expect((await storedRoom(service.db, rid)).servedBy?._id).toBe(bob._id);
    expect(await seatsOf(rid)).toEqual([bob._id]);
  });

  it('a department that nobody is in gets none, unless it wants them to wait', async () => {
    const { token, rid } = await chatOfAnn();
    const refused = '400 error-no-agents-online-in-department';
    expect(await forward({ roomId: rid, departmentId: deserted })).toBe(refused);
    const move = { token, rid, department: deserted };
    expect(await errorOf(anyone.post('livechat/visitor/department.transfer', move))).toBe(refused);
    expect(await errorOf(anyone.post('livechat/room.transfer', move))).toBe(refused);
    expect((await storedRoom(service.db, rid)).servedBy?._id).toBe(ann._id);
    await collection(service.db, 'livechat_department').updateOne(
      { _id: deserted },
      { $set: { allowReceiveForwardOffline: true } },
    );
    expect(await forward({ roomId: rid, departmentId: deserted })).toBe('200 undefined');
    expect(await storedRoom(service.db, rid)).not.toHaveProperty('servedBy');
    expect(await inquiryOf(admin, rid)).toMatchObject({ department: deserted, status: 'queued' });
    expect(await seatsOf(rid)).toEqual([]);
  });

  it('is refused for what is not there, and who is not', async () => {
    const { token, rid } = await chatOfAnn();
    const stranger = await registerVisitor(anyone);
    const away = await insertAgent(service, { statusLivechat: 'not-available' });
    expect(await forward({})).toBe("400 must have required property 'roomId' [invalid-params]");
    expect(await forward({ roomId: 'no-room', userId: bob._id })).toBe('400 error-invalid-room');
    expect(await forward({ roomId: rid })).toBe('400 error-forwarding-chat');
    expect(await forward({ roomId: rid, userId: 'nobody' })).toBe('400 error-user-is-offline');
    expect(await forward({ roomId: rid, userId: away._id })).toBe('400 error-user-is-offline');
    expect(await forward({ roomId: rid, userId: ann._id })).toBe(
      '400 error-selected-agent-room-agent-are-same',
    );
    expect(await forward({ roomId: rid, departmentId: 'none' })).toBe('400 error-invalid-department');
    expect(await forward({ roomId: rid, departmentId: billing, userId: ann._id })).toBe(
      '400 error-user-not-belong-to-department',
    );
    expect(await forward({ roomId: rid, departmentId: billing, userId: bob._id })).toBe('200 undefined');
    expect(await forward({ roomId: rid, departmentId: billing })).toBe(
      '400 error-forwarding-chat-same-department',
    );
    const plain = await insertAgent(service);
    expect(await forward({ roomId: rid, userId: ann._id }, plain.api)).toMatch('403');
    expect((await anyone.post('livechat/room.forward', { roomId: rid })).status).toBe(401);
    const move = (body: object) => errorOf(anyone.post('livechat/visitor/department.transfer', body));
    const moveOld = (body: object) => errorOf(anyone.post('livechat/room.transfer', body));
    const department = deserted;
    expect(await move({ token: unique('no'), rid, department })).toBe('400 invalid-token');
    expect(await moveOld({ token: unique('no'), rid, department })).toBe('400 invalid-token');
    expect(await move({ token: stranger.token, rid, department })).toBe('400 error-invalid-room');
    expect(await moveOld({ token: stranger.token, rid, department })).toBe('400 invalid-room');
    expect(await move({ token, rid, department: 'none' })).toBe('400 error-invalid-department');
    expect(await move({ rid, department })).toBe("400 must have required property 'token'");
    await anyone.post('livechat/room.close', { token, rid });
    expect(await forward({ roomId: rid, userId: ann._id })).toBe('400 This_conversation_is_already_closed');
    expect(await move({ token, rid, department })).toBe('400 This_conversation_is_already_closed');
    expect(await moveOld({ token, rid, department })).toBe('400 room-closed');
  });

  it('a chat on hold stays where it is, and so does one whose visitor is gone', async () => {
    const { rid, visitor } = await chatOfAnn();
    await collection(service.db, 'room').updateOne({ _id: rid }, { $set: { onHold: true } });
    expect(await forward({ roomId: rid, userId: bob._id })).toBe('400 error-room-onHold');
    await collection(service.db, 'room').updateOne({ _id: rid }, { $unset: { onHold: 1 } });
    await collection(service.db, 'livechat_visitor').updateOne(
      { _id: visitor._id },
      { $set: { disabled: true } },
    );
    expect(await forward({ roomId: rid, userId: bob._id })).toBe('400 error-invalid-visitor');
  });

  it('of two transfers at once, one succeeds, and the chat has one agent', async () => {
    const cid = await insertAgent(service, manager);
    const { rid } = await chatOfAnn();
    const answers = await Promise.all([
      forward({ roomId: rid, userId: bob._id }),
      forward({ roomId: rid, userId: cid._id }),
      forward({ roomId: rid, departmentId: billing }),
    ]);
    const { servedBy } = await storedRoom(service.db, rid);
    // One that comes when another is done is a transfer of its own.
    const won = answers.filter((answer) => answer === '200 undefined').length;
    expect(won).toBeGreaterThan(0);
    for (const answer of answers)
      expect([
        '200 undefined',
        '400 error-forwarding-chat',
        '400 error-selected-agent-room-agent-are-same',
      ]).toContain(answer);
    expect(await seatsOf(rid)).toEqual([servedBy?._id]);
    expect((await admin.get(`livechat/transfer.history/${rid}`)).body.total).toBe(won);
  });

  it.each([
    ['an agent', () => ({ userId: bob._id })],
    ['a queue', () => ({ departmentId: deserted })],
  ])('a chat that is closed while it is moved to %s stays closed', async (_to, destination) => {
    const { rid, token } = await chatOfAnn();
    const { servedBy } = await storedRoom(service.db, rid);
    const close = () => anyone.post('livechat/room.close', { token, rid });
    const { roomTransfers } = service.deps;
    const deps: Dependencies = {
      ...service.deps,
      roomTransfers: {
        reassign: async (...move) => close().then(() => roomTransfers.reassign(...move)),
        requeue: async (...move) => close().then(() => roomTransfers.requeue(...move)),
      },
    };
    const user = await service.deps.users.findById(ann._id);
    if (user === null) throw new Error('Ann is not there');
    await expect(forwardRoom(deps, user, rid, destination())).rejects.toMatchObject({ code: 'room-closed' });
    expect(await storedRoom(service.db, rid)).toMatchObject({ servedBy });
    expect(await inquiryOf(admin, rid)).toBeNull();
    expect(await seatsOf(rid)).toEqual([]);
  });
});
