import type { Dependencies } from '../../../src/domain/dependencies.ts';
import { sendAgentMessage, sendVisitorMessage } from '../../../src/domain/messages/send-message.ts';
import { deleteOwnMessage, editOwnMessage } from '../../../src/domain/messages/visitor-messages.ts';
import type { Inquiry } from '../../../src/domain/rooms/inquiry.ts';
import {
  type Agent,
  insertAgent,
  manualSelection,
  say,
  startChat,
  storedRoom,
  take,
} from '../../support/conversations.ts';
import { died, dyingBeforeCounting, withOperations } from '../../support/dependencies.ts';
import { useService } from '../../support/use-service.ts';
import { until } from '../../support/visitor-search.ts';
import { collection, unique } from '../../support/visitors.ts';

const { service, anyone } = useService(manualSelection);

let agent: Agent;
beforeAll(async () => {
  agent = await insertAgent(service);
});

const depsWith = <Store extends 'messages' | 'roomActivity'>(
  store: Store,
  replaced: Partial<Dependencies[Store]>,
): Dependencies => withOperations(service.deps, store, replaced);

/** What the room and its inquiry show as the last message. */
async function shownOf(rid: string): Promise<(string | undefined)[]> {
  const queued = await service.db.collection<Inquiry>('rocketchat_livechat_inquiry').findOne({ rid });
  return [(await storedRoom(service.db, rid)).lastMessage?.msg, queued?.lastMessage?.msg];
}

describe('a message whose request died before it was counted', () => {
  const dying = () => dyingBeforeCounting(service.deps);

  it('is counted and shown when its visitor sends it again', async () => {
    const { token, rid, visitor } = await startChat(anyone);
    const message = { token, rid, id: unique('message'), msg: 'I am ann@example.org' };
    await expect(sendVisitorMessage(dying(), message)).rejects.toThrow('died');
    expect(await storedRoom(service.db, rid)).toMatchObject({ msgs: 1 });
    for (let times = 0; times < 2; times += 1) {
      await sendVisitorMessage(service.deps, message);
      expect(await storedRoom(service.db, rid)).toMatchObject({ msgs: 2, waitingResponse: true });
      expect(await shownOf(rid)).toEqual([message.msg, message.msg]);
    }
    const known = await collection(service.db, 'livechat_visitor').findOne({ _id: visitor._id });
    expect(known).toMatchObject({ visitorEmails: [{ address: 'ann@example.org' }] });
  });

  it('is counted once however many processes die at the same place when it is sent again', async () => {
    const { token, rid } = await startChat(anyone);
    const message = { token, rid, id: unique('message'), msg: 'Hello' };
    for (let times = 0; times < 3; times += 1)
      await expect(sendVisitorMessage(dying(), message)).rejects.toThrow('died');
    expect(await storedRoom(service.db, rid)).toMatchObject({ msgs: 1 });
    await Promise.all([1, 2, 3].map(() => sendVisitorMessage(service.deps, message)));
    expect(await storedRoom(service.db, rid)).toMatchObject({ msgs: 2, lastMessage: { msg: 'Hello' } });
    expect(await collection(service.db, 'message').countDocuments({ rid, msg: 'Hello' })).toBe(1);
  });

  it('is counted when its agent sends it again', async () => {
    const { rid } = await startChat(anyone);
    await take(agent, rid);
    const { msgs = 0 } = await storedRoom(service.db, rid);
    const user = await service.deps.users.findById(agent._id);
    if (user === null) throw new Error('the agent is gone');
    const message = { rid, id: unique('message'), msg: 'Hello' };
    await expect(sendAgentMessage(dying(), user, message)).rejects.toThrow('died');
    await sendAgentMessage(service.deps, user, message);
    await sendAgentMessage(service.deps, user, message);
    const room = await storedRoom(service.db, rid);
    expect(room).toMatchObject({ msgs: msgs + 1, responseBy: { _id: agent._id } });
    expect(room.lastMessage?.msg).toBe('Hello');
  });

  it.each<[string, Partial<Dependencies['roomActivity']>]>([
    ['before it counts it', { recordUncounted: died }],
    [
      'when it has counted it',
      {
        async recordUncounted(...given) {
          await service.deps.roomActivity.recordUncounted(...given);
          return died();
        },
      },
    ],
    [
      'when its own message has become the last one',
      {
        async recordMessage(...given) {
          await service.deps.roomActivity.recordMessage(...given);
          return died();
        },
      },
    ],
  ])('is counted once if the process of the next one dies, too, %s', async (_when, replaced) => {
    const { token, rid } = await startChat(anyone);
    const first = { token, rid, id: unique('message'), msg: 'first' };
    const second = { ...first, id: unique('message'), msg: 'second' };
    await expect(sendVisitorMessage(dying(), first)).rejects.toThrow('died');
    await expect(sendVisitorMessage(depsWith('roomActivity', replaced), second)).rejects.toThrow('died');
    await say(anyone, token, rid, 'third');
    for (const message of [second, first]) await sendVisitorMessage(service.deps, message);
    expect(await storedRoom(service.db, rid)).toMatchObject({ msgs: 4, lastMessage: { msg: 'third' } });
  });

  it('is counted when the room is closed', async () => {
    const { token, rid } = await startChat(anyone);
    await expect(sendVisitorMessage(dying(), { token, rid, msg: 'lost' })).rejects.toThrow('died');
    await anyone.post('livechat/room.close', { token, rid });
    const stored = await collection(service.db, 'message').countDocuments({ rid });
    expect(await storedRoom(service.db, rid)).toMatchObject({ msgs: stored });
  });

  it('is counted with the next one, whether or not it is sent again', async () => {
    const { token, rid } = await startChat(anyone);
    const lost = ['first', 'second'].map((msg) => ({ token, rid, id: unique('message'), msg }));
    for (const message of lost) await expect(sendVisitorMessage(dying(), message)).rejects.toThrow('died');
    await say(anyone, token, rid, 'third');
    expect(await storedRoom(service.db, rid)).toMatchObject({ msgs: 4, lastMessage: { msg: 'third' } });
    for (const message of lost) await sendVisitorMessage(service.deps, message);
    await say(anyone, token, rid, 'Hello?');
    expect(await storedRoom(service.db, rid)).toMatchObject({ msgs: 5 });
  });

  it('is followed by what every message is, when the next one counts it', async () => {
    const { token, rid, visitor } = await startChat(anyone);
    const lost = { token, rid, id: unique('message'), msg: 'I am cid@example.org' };
    await expect(sendVisitorMessage(dying(), lost)).rejects.toThrow('died');
    await say(anyone, token, rid, 'Hello?');
    const known = await collection(service.db, 'livechat_visitor').findOne({ _id: visitor._id });
    expect(known).toMatchObject({ visitorEmails: [{ address: 'cid@example.org' }] });
    expect(await shownOf(rid)).toEqual(['Hello?', 'Hello?']);
  });

  it('is counted when another that was lost after it is sent again', async () => {
    const { token, rid } = await startChat(anyone);
    const lost = ['first', 'second'].map((msg) => ({ token, rid, id: unique('message'), msg }));
    for (const message of lost) await expect(sendVisitorMessage(dying(), message)).rejects.toThrow('died');
    for (const message of lost.toReversed()) await sendVisitorMessage(service.deps, message);
    expect(await storedRoom(service.db, rid)).toMatchObject({ msgs: 3, lastMessage: { msg: 'second' } });
  });

  it("is counted with the visitor's next one if an agent wrote it, and they go on waiting", async () => {
    const { token, rid } = await startChat(anyone);
    await take(agent, rid);
    const { msgs = 0 } = await storedRoom(service.db, rid);
    const user = await service.deps.users.findById(agent._id);
    if (user === null) throw new Error('the agent is gone');
    const lost = { rid, id: unique('message'), msg: 'Hello' };
    await expect(sendAgentMessage(dying(), user, lost)).rejects.toThrow('died');
    await say(anyone, token, rid, 'Is anybody there?');
    const room = await storedRoom(service.db, rid);
    expect(room).toMatchObject({ msgs: msgs + 2, waitingResponse: true, responseBy: { _id: agent._id } });
  });

  it('is counted once if it is only late, whoever counts it', async () => {
    const { token, rid } = await startChat(anyone);
    const { roomActivity } = service.deps;
    const late = depsWith('roomActivity', {
      async recordMessage(...given) {
        await say(anyone, token, rid, 'overtaking');
        return roomActivity.recordMessage(...given);
      },
    });
    await sendVisitorMessage(late, { token, rid, msg: 'late' });
    expect(await storedRoom(service.db, rid)).toMatchObject({ msgs: 3, lastMessage: { msg: 'overtaking' } });
  });

  it('is left to the Rocket.Chat on the same database that stored it', async () => {
    const { token, rid, visitor } = await startChat(anyone);
    const { lm = new Date() } = await storedRoom(service.db, rid);
    const md = [{ type: 'PARAGRAPH', value: [] }];
    const foreign = {
      _id: unique('message'),
      rid,
      msg: 'Hi',
      ts: new Date(lm.getTime() + 1),
      u: visitor,
      md,
    };
    await collection(service.db, 'message').insertOne(foreign);
    await expect(sendVisitorMessage(dying(), { token, rid, msg: 'lost' })).rejects.toThrow('died');
    await say(anyone, token, rid, 'Hello?');
    expect(await storedRoom(service.db, rid)).toMatchObject({ msgs: 3 });
  });

  it('is counted once if it is sent again while its first request is at it', async () => {
    const { token, rid } = await startChat(anyone);
    const message = { token, rid, id: unique('message'), msg: 'Hello' };
    const { roomActivity } = service.deps;
    const deps = depsWith('roomActivity', {
      async recordMessage(...given) {
        await sendVisitorMessage(service.deps, message);
        return roomActivity.recordMessage(...given);
      },
    });
    await sendVisitorMessage(deps, message);
    expect(await storedRoom(service.db, rid)).toMatchObject({ msgs: 2 });
  });
});

describe('the last message of a room and its inquiry', () => {
  it('is shown in the queue while it is still being counted', async () => {
    const { token, rid } = await startChat(anyone);
    const { roomActivity } = service.deps;
    const deps = depsWith('roomActivity', {
      async recordMessage(...given) {
        await until(async () => (await shownOf(rid))[1] === 'Hello');
        return roomActivity.recordMessage(...given);
      },
    });
    await sendVisitorMessage(deps, { token, rid, msg: 'Hello' });
    expect(await shownOf(rid)).toEqual(['Hello', 'Hello']);
  });

  it('is never one that has been deleted, whichever of two deletions is faster', async () => {
    const { token, rid } = await startChat(anyone);
    await say(anyone, token, rid, 'Hello');
    const secondLast = await say(anyone, token, rid, 'Oops');
    const last = await say(anyone, token, rid, 'Sorry');
    const { messages } = service.deps;
    let isFirst = true;
    const deps = depsWith('messages', {
      async findLastOfRoom(...of) {
        const found = await messages.findLastOfRoom(...of);
        if (isFirst) {
          isFirst = false;
          await deleteOwnMessage(service.deps, { token, rid }, secondLast._id);
        }
        return found;
      },
    });
    await deleteOwnMessage(deps, { token, rid }, last._id);
    expect(await shownOf(rid)).toEqual(['Hello', 'Hello']);
    expect(await storedRoom(service.db, rid)).toMatchObject({ msgs: 2 });
  });

  it('has its newest text if it is edited while the one after it is deleted', async () => {
    const { token, rid } = await startChat(anyone);
    const secondLast = await say(anyone, token, rid, 'Helo');
    const last = await say(anyone, token, rid, 'Oops');
    const { messages } = service.deps;
    let isFirst = true;
    const deps = depsWith('messages', {
      async findLastOfRoom(...of) {
        const found = await messages.findLastOfRoom(...of);
        if (isFirst) {
          isFirst = false;
          await editOwnMessage(service.deps, { token, rid }, secondLast._id, 'Hello');
        }
        return found;
      },
    });
    await deleteOwnMessage(deps, { token, rid }, last._id);
    expect(await shownOf(rid)).toEqual(['Hello', 'Hello']);
  });

  it('is the edited text, and nothing once all are deleted', async () => {
    const { token, rid } = await startChat(anyone);
    const only = await say(anyone, token, rid, 'Helo');
    await editOwnMessage(service.deps, { token, rid }, only._id, 'Hello');
    expect(await shownOf(rid)).toEqual(['Hello', 'Hello']);
    await deleteOwnMessage(service.deps, { token, rid }, only._id);
    expect(await shownOf(rid)).toEqual([undefined, undefined]);
  });
});
