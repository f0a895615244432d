import {
  type Agent,
  createDepartment,
  inquiryOf,
  insertAgent,
  manualSelection,
  openRoom,
  sendAgentsAway,
  startChat,
  storedRoom,
  take,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, registerVisitor } from '../../support/visitors.ts';

const { service, anyone, admin, outsider } = useService(manualSelection);

describe('GET livechat/inquiries.list', () => {
  let agent: Agent;
  let department: string;
  const rids: string[] = [];
  beforeAll(async () => {
    agent = await insertAgent(service);
    department = await createDepartment(admin, [agent]);
    rids.push((await startChat(anyone)).rid);
    rids.push((await startChat(anyone, { name: 'Dora', department })).rid);
    const taken = await startChat(anyone);
    await take(agent, taken.rid);
    rids.push((await startChat(anyone)).rid);
  });
  const list = async (query: object = {}) => (await admin.get('livechat/inquiries.list', { ...query })).body;
  const ridsOf = ({ inquiries }: { inquiries: { rid: string }[] }) => inquiries.map(({ rid }) => rid);

  it('shows the waiting chats, newest first, with what a queue needs', async () => {
    const answer = await list();
    expect(Object.keys(answer)).toEqual(['inquiries', 'offset', 'count', 'total', 'success']);
    expect(answer).toMatchObject({ offset: 0, count: 3, total: 3, success: true });
    expect(ridsOf(answer)).toEqual([...rids].reverse());
    expect(answer.inquiries[1]).toEqual({
      _id: expect.any(String),
      rid: rids[1],
      name: 'Dora',
      ts: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      department,
      status: 'queued',
    });
  });

  it('returns one page of them, in the requested order', async () => {
    const answer = await list({ count: 1, offset: 1, sort: '{"ts":1}' });
    expect(answer).toMatchObject({ offset: 1, count: 1, total: 3 });
    expect(ridsOf(answer)).toEqual([rids[1]]);
    expect(await list({ offset: 9 })).toMatchObject({ inquiries: [], count: 0, total: 3 });
  });

  it('shows those of one department, by its id or its name', async () => {
    const stored = await collection(service.db, 'livechat_department').findOne({ _id: department });
    for (const named of [department, stored?.name]) {
      const answer = await list({ department: named });
      expect({ rids: ridsOf(answer), total: answer.total }).toEqual({ rids: [rids[1]], total: 1 });
    }
  });

  it('shows all of them if the department does not exist', async () => {
    expect(await list({ department: 'nowhere' })).toMatchObject({ total: 3 });
  });

  it('is for managers', async () => {
    for (const api of [agent.api, outsider]) {
      const { status, body } = await api.get('livechat/inquiries.list');
      expect({ status, error: body.error }).toEqual({
        status: 403,
        error: 'User does not have the permissions required for this action [error-unauthorized]',
      });
    }
    expect((await anyone.get('livechat/inquiries.list')).status).toBe(401);
  });
});

describe('GET livechat/inquiries.getOne', () => {
  it("returns a room's whole inquiry", async () => {
    await insertAgent(service);
    const { rid, visitor, token } = await startChat(anyone, { name: 'Eva' });
    expect(await inquiryOf(admin, rid)).toMatchObject({
      rid,
      name: 'Eva',
      message: '',
      status: 'queued',
      t: 'l',
      v: { _id: visitor._id, username: visitor.username, token, status: 'online' },
      source: { type: 'api' },
      priorityWeight: 99,
      estimatedWaitingTimeQueue: 9_999_999,
      queuedAt: expect.any(String),
    });
  });

  it('returns null for a room without one', async () => {
    const { status, body } = await admin.get('livechat/inquiries.getOne', { roomId: 'nowhere' });
    expect({ status, body }).toEqual({ status: 200, body: { inquiry: null, success: true } });
  });

  it('returns null for the chat of another department, and for one that another agent has taken', async () => {
    const [ours, other] = [await insertAgent(service), await insertAgent(service)];
    const department = await createDepartment(admin, [ours]);
    const { rid } = await startChat(anyone, { department });
    expect(await inquiryOf(ours.api, rid)).toMatchObject({ rid, department });
    expect(await inquiryOf(other.api, rid)).toBeNull();
    const taken = await startChat(anyone);
    await take(ours, taken.rid);
    expect(await inquiryOf(ours.api, taken.rid)).toMatchObject({ rid: taken.rid });
    expect(await inquiryOf(other.api, taken.rid)).toBeNull();
  });

  it('requires a room, and a permission', async () => {
    expect((await admin.get('livechat/inquiries.getOne')).body).toMatchObject({
      success: false,
      error: "must have required property 'roomId' [invalid-params]",
    });
    expect((await outsider.get('livechat/inquiries.getOne', { roomId: 'x' })).status).toBe(403);
  });
});

describe('a chat that agents take from the queue', () => {
  it('waits, though agents are available, and remembers the one asked for', async () => {
    const agent = await insertAgent(service);
    const { token } = await registerVisitor(anyone);
    const { body } = await anyone.get('livechat/room', { token, agentId: agent._id });
    expect(body.room).not.toHaveProperty('servedBy');
    expect(await inquiryOf(admin, body.room._id)).toMatchObject({
      status: 'queued',
      defaultAgent: { agentId: agent._id, username: agent.username },
    });
  });

  it('is refused if nobody could take it', async () => {
    await sendAgentsAway(service.db);
    const { token } = await registerVisitor(anyone);
    const { status, body } = await anyone.get('livechat/room', { token });
    expect({ status, error: body.error }).toEqual({
      status: 400,
      error: 'Sorry, no online agents [no-agent-online]',
    });
    const agent = await insertAgent(service);
    const { _id } = await openRoom(anyone, { token });
    await take(agent, _id);
    expect((await storedRoom(service.db, _id)).servedBy?._id).toBe(agent._id);
  });
});
