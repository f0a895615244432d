import type { Room } from '../../../src/domain/rooms/room.ts';
import { type Agent, insertAgent, openRoom, startChat, storedRoom } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { unique } from '../../support/visitors.ts';

const { service, anyone, admin, outsider } = useService();

let agent: Agent;
let stranger: Agent;
beforeAll(async () => {
  agent = await insertAgent(service);
  stranger = await insertAgent(service, { statusLivechat: 'not-available' });
});

const pathOf = (rid: string, visitorId: string) =>
  `livechat/visitors.chatHistory/room/${rid}/visitor/${visitorId}`;
const idsOf = ({ history }: { history: { _id: string }[] }) => history.map(({ _id }) => _id);

/** A visitor of three rooms, of which two are closed. */
async function returningVisitor() {
  const { visitor, token, rid: first } = await startChat(anyone, { name: 'Gil' });
  const rids = [first];
  while (rids.length < 3) {
    await anyone.post('livechat/room.close', { token, rid: rids.at(-1) });
    rids.push((await openRoom(anyone, { token }))._id);
  }
  return { visitor, token, rids };
}

describe('visitors.chatHistory', () => {
  it('returns all rooms of the visitor, whole, open and closed, newest first', async () => {
    const { visitor, rids } = await returningVisitor();
    await startChat(anyone);
    const { status, body } = await admin.get(pathOf(String(rids[0]), visitor._id));
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['history', 'count', 'offset', 'total', 'success']);
    expect(idsOf(body)).toEqual([...rids].reverse());
    expect(body).toMatchObject({ count: 3, offset: 0, total: 3, success: true });
    const stored = await Promise.all([...rids].reverse().map((rid) => storedRoom(service.db, rid)));
    expect(body.history).toEqual(JSON.parse(JSON.stringify(stored)));
    expect(body.history[0]).toMatchObject({ open: true, t: 'l', fname: 'Gil' });
    expect(body.history[1]).not.toHaveProperty('open');
  });

  it('returns one page of them, in the requested order', async () => {
    const { visitor, rids } = await returningVisitor();
    const query = { count: 1, offset: 1, sort: '{"ts":1}' };
    const { body } = await admin.get(pathOf(String(rids[0]), visitor._id), query);
    expect(idsOf(body)).toEqual([rids[1]]);
    expect(body).toMatchObject({ count: 1, offset: 1, total: 3 });
  });

  it('requires access to the given room, which may be another visitor’s', async () => {
    const { visitor, rids } = await returningVisitor();
    const { rid } = await startChat(anyone);
    expect((await admin.get(pathOf(rid, visitor._id))).body.total).toBe(rids.length);
    expect((await admin.get(pathOf(rid, 'nobody'))).body).toMatchObject({ history: [], total: 0 });
  });

  it('is for whoever serves the room, or may see all rooms', async () => {
    const { rid, visitor } = await startChat(anyone);
    expect((await storedRoom(service.db, rid)).servedBy?._id).toBe(agent._id);
    expect((await agent.api.get(pathOf(rid, visitor._id))).body.total).toBe(1);
    const { status, body } = await stranger.api.get(pathOf(rid, visitor._id));
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { success: false, error: 'error-not-allowed' },
    });
  });

  it('shows an agent only those of the visitor’s rooms that they may read, and counts only those', async () => {
    const { rids, visitor } = await returningVisitor();
    const [first = '', second = ''] = rids;
    const servedBy = { _id: stranger._id, username: stranger.username, ts: new Date() };
    await service.db.collection<Room>('rocketchat_room').updateOne({ _id: first }, { $set: { servedBy } });
    const { body } = await stranger.api.get(pathOf(first, visitor._id), { count: 1 });
    expect(idsOf(body)).toEqual([first]);
    expect(body).toMatchObject({ count: 1, total: 1 });
    expect((await stranger.api.get(pathOf(second, visitor._id))).status).toBe(400);
    expect((await admin.get(pathOf(first, visitor._id))).body.total).toBe(3);
  });

  it('is refused for an unknown room', async () => {
    const { status, body } = await admin.get(pathOf(unique('room'), 'nobody'));
    expect({ status, body }).toMatchObject({ status: 400, body: { success: false, error: 'invalid-room' } });
  });

  it('is refused without a login or the permission', async () => {
    const { rid, visitor } = await startChat(anyone);
    const { status, body } = await outsider.get(pathOf(rid, visitor._id));
    expect({ status, body }).toEqual({
      status: 403,
      body: {
        success: false,
        error: 'User does not have the permissions required for this action [error-unauthorized]',
      },
    });
    expect((await anyone.get(pathOf(rid, visitor._id))).status).toBe(401);
  });
});
