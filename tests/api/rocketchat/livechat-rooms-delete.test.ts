import {
  type Agent,
  insertAgent,
  manualSelection,
  openRoom,
  say,
  startChat,
  take,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection } from '../../support/visitors.ts';

const { service, anyone, admin } = useService(manualSelection);

let agent: Agent;
beforeAll(async () => {
  agent = await insertAgent(service);
});

const remove = (roomId: string, client = admin) => client.post('livechat/rooms.delete', { roomId });
const count = (name: string, filter: object) => collection(service.db, name).countDocuments(filter);

describe('POST livechat/rooms.delete', () => {
  it('deletes a closed room with what was said in it, and no other room of the visitor', async () => {
    const { token, rid, visitor } = await startChat(anyone);
    await take(agent, rid);
    await say(anyone, token, rid, 'Hello');
    await anyone.post('livechat/room.close', { token, rid });
    const next = await openRoom(anyone, visitor);
    await say(anyone, token, next._id, 'Hello again');
    expect((await remove(rid)).body).toEqual({ success: true });
    for (const name of ['message', 'subscription', 'livechat_inquiry'])
      expect([name, await count(name, { rid })]).toEqual([name, 0]);
    expect(await count('room', { _id: rid })).toBe(0);
    expect(await count('room', { _id: next._id })).toBe(1);
    expect(await count('message', { rid: next._id, msg: 'Hello again' })).toBe(1);
    expect((await remove(rid)).body.error).toBe('Invalid room');
  });

  it('leaves a room that is open', async () => {
    const { rid } = await startChat(anyone);
    const { status, body } = await remove(rid);
    expect([status, body.error]).toEqual([400, 'error-room-is-not-closed']);
    expect(await count('room', { _id: rid })).toBe(1);
  });

  it('leaves a room that is none of livechat, and is for those who may', async () => {
    await service.db
      .collection<{ _id: string; t: string }>('rocketchat_room')
      .insertOne({ _id: 'general', t: 'c' });
    expect((await remove('general')).body.error).toBe('Invalid room');
    expect(await count('room', { _id: 'general' })).toBe(1);
    expect((await remove('general', agent.api)).status).toBe(403);
  });
});
