import { errorOf } from '../../support/client.ts';
import {
  type Agent,
  createDepartment,
  inquiryOf,
  insertAgent,
  manualSelection,
  sendAgentsAway,
  startChat,
  storedRoom,
  take,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';

const manager = { roles: ['user', 'livechat-agent', 'livechat-manager'] };

describe('where agents take chats from the queue', () => {
  const { service, anyone, admin } = useService(manualSelection);
  let ann: Agent;
  let department: string;
  beforeAll(async () => {
    ann = await insertAgent(service, manager);
    department = await createDepartment(admin, [ann]);
  });
  const giveBack = (body: object, by = ann.api) =>
    errorOf(by.post('livechat/inquiries.returnAsInquiry', body));

  it('an agent puts a chat back, and another takes it', async () => {
    const { rid, token } = await startChat(anyone);
    await take(ann, rid);
    await anyone.post('livechat/message', { token, rid, msg: 'Hello?' });
    const answer = await ann.api.post('livechat/inquiries.returnAsInquiry', { roomId: rid });
    expect(answer.body).toEqual({ result: true, success: true });
    const room = await storedRoom(service.db, rid);
    expect(room).not.toHaveProperty('servedBy');
    expect(room.usersCount).toBe(1);
    const inquiry = await inquiryOf(ann.api, rid);
    expect(inquiry).toMatchObject({ status: 'queued', lastMessage: { msg: 'Hello?' } });
    expect(inquiry).not.toHaveProperty('takenAt');
    const { history } = (await admin.get(`livechat/transfer.history/${rid}`)).body;
    expect(history[0]).toMatchObject({ scope: 'queue', transferredBy: { _id: ann._id, userType: 'agent' } });
    const bob = await insertAgent(service);
    await take(bob, rid);
    expect((await storedRoom(service.db, rid)).servedBy?._id).toBe(bob._id);
  });

  it('a chat that nobody serves is not put back', async () => {
    const { rid } = await startChat(anyone);
    const answer = await admin.post('livechat/inquiries.returnAsInquiry', { roomId: rid });
    expect(answer.body).toEqual({ result: false, success: true });
  });

  it('a chat is put into the queue of a department, by returning and by forwarding it', async () => {
    const first = await startChat(anyone);
    const second = await startChat(anyone);
    await take(ann, first.rid);
    await take(ann, second.rid);
    expect(await giveBack({ roomId: first.rid, departmentId: department })).toBe('200 undefined');
    expect(
      await errorOf(ann.api.post('livechat/room.forward', { roomId: second.rid, departmentId: department })),
    ).toBe('200 undefined');
    for (const { rid } of [first, second]) {
      expect(await storedRoom(service.db, rid)).toMatchObject({ departmentId: department });
      expect(await inquiryOf(ann.api, rid)).toMatchObject({ department, status: 'queued' });
    }
  });

  it('is refused for unknown rooms and departments, closed chats, those of others, and without a permission', async () => {
    const { rid, token } = await startChat(anyone);
    await take(ann, rid);
    const plain = await insertAgent(service);
    const outsider = await insertAgent(service, { roles: ['user'] });
    expect(await giveBack({ roomId: 'no-room' })).toBe('400 error-room-not-found');
    expect(await giveBack({ roomId: rid, departmentId: 'none' })).toBe('400 error-invalid-department');
    expect(await giveBack({})).toBe("400 must have required property 'roomId'");
    expect(await giveBack({ roomId: rid }, plain.api)).toBe('400 error-not-allowed');
    expect(await giveBack({ roomId: rid }, outsider.api)).toMatch('403');
    expect((await anyone.post('livechat/inquiries.returnAsInquiry', { roomId: rid })).status).toBe(401);
    await anyone.post('livechat/room.close', { token, rid });
    expect(await giveBack({ roomId: rid })).toBe('400 room-closed');
  });

  it('of several who put a chat back at once, it comes back once', async () => {
    const { rid } = await startChat(anyone);
    await take(ann, rid);
    const answers = await Promise.all(Array.from({ length: 4 }, () => giveBack({ roomId: rid })));
    expect(
      answers.filter((answer) => answer !== '200 undefined' && answer !== '400 error-returning-inquiry'),
    ).toEqual([]);
    expect((await inquiryOf(ann.api, rid)).status).toBe('queued');
    const { total } = (await admin.get(`livechat/transfer.history/${rid}`)).body;
    expect(total).toBe(1);
  });

  it('the history is for those who see all rooms', async () => {
    const { rid } = await startChat(anyone);
    const plain = await insertAgent(service);
    expect((await plain.api.get(`livechat/transfer.history/${rid}`)).status).toBe(403);
    expect((await anyone.get(`livechat/transfer.history/${rid}`)).status).toBe(401);
    expect(await errorOf(admin.get('livechat/transfer.history/no-room'))).toBe('400 invalid-room');
    expect((await admin.get(`livechat/transfer.history/${rid}`)).body).toMatchObject({
      history: [],
      total: 0,
    });
    await sendAgentsAway(service.db);
  });
});
