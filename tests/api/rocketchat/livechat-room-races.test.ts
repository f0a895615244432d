import { EventEmitter, once } from 'node:events';
import { closeByVisitor } from '../../../src/domain/conversation/close-room.ts';
import { getRoom } from '../../../src/domain/conversation/get-room.ts';
import { takeInquiry } from '../../../src/domain/conversation/take-inquiry.ts';
import type { Dependencies } from '../../../src/domain/dependencies.ts';
import { sendVisitorMessage } from '../../../src/domain/messages/send-message.ts';
import { errorOf } from '../../support/client.ts';
import {
  type Agent,
  inquiryOf,
  insertAgent,
  manualSelection,
  startChat,
  storedRoom,
  take,
  transcriptOf,
} from '../../support/conversations.ts';
import { withOperations } from '../../support/dependencies.ts';
import { useService } from '../../support/use-service.ts';
import { collection, registerVisitor } from '../../support/visitors.ts';

const { service, anyone, admin } = useService(manualSelection);

let agent: Agent;
beforeAll(async () => {
  agent = await insertAgent(service);
});

const closed = 'livechat-close:Closed by visitor';
const count = (name: string, rid: string) => collection(service.db, name).countDocuments({ rid });
const close = (token: string, rid: string) => anyone.post('livechat/room.close', { token, rid });
/** The service's own parts, but for some of one store. */
const depsWith = <Store extends 'messages' | 'rooms' | 'subscriptions'>(
  store: Store,
  replaced: Partial<Dependencies[Store]>,
): Dependencies => withOperations(service.deps, store, replaced);

/** Expects of a closed room that it is complete, and that nobody waits or sits in it. */
async function expectOver(rid: string, transcript: readonly string[]): Promise<void> {
  const room = await storedRoom(service.db, rid);
  expect(room).not.toHaveProperty('open');
  expect(await transcriptOf(service.db, rid)).toEqual(transcript);
  expect(room.msgs).toBe(transcript.length);
  expect(await count('livechat_inquiry', rid)).toBe(0);
  expect(await count('subscription', rid)).toBe(0);
}

describe('a visitor who closes their room several times at once', () => {
  it('closes it once; the other requests are told that it is closed, or being closed', async () => {
    const { token, rid } = await startChat(anyone);
    const outcomes = await Promise.all([1, 2, 3].map(() => errorOf(close(token, rid))));
    expect(outcomes.filter((outcome) => outcome === '200 undefined')).toHaveLength(1);
    const refusals = ['400 error-room-cannot-be-closed-try-again', '400 room-closed'];
    const lost = outcomes.filter((outcome) => outcome !== '200 undefined');
    for (const outcome of lost) expect(refusals).toContain(outcome);
    await expectOver(rid, ['livechat-started:', closed]);
  });

  it('closes it once, even if all requests found it open', async () => {
    const { token, rid } = await startChat(anyone);
    await take(agent, rid);
    const { rooms } = service.deps;
    const found = new EventEmitter();
    let waiting = 0;
    const deps = depsWith('rooms', {
      async findByIdAndVisitor(...by) {
        const room = await rooms.findByIdAndVisitor(...by);
        waiting += 1;
        if (waiting === 3) found.emit('by all');
        else await once(found, 'by all');
        return room;
      },
    });
    const closings = await Promise.allSettled([1, 2, 3].map(() => closeByVisitor(deps, { token, rid })));
    expect(closings.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const codes = closings.flatMap((closing) => (closing.status === 'rejected' ? closing.reason.code : []));
    expect(codes).toEqual(Array(2).fill('error-room-cannot-be-closed-try-again'));
    await expectOver(rid, ['livechat-started:', 'command:connected', 'uj:', closed]);
  });

  it('or their agent closes it, with one comment: that of whoever did', async () => {
    const chats = await Promise.all(Array.from({ length: 6 }, () => startChat(anyone)));
    for (const { token, rid } of chats) {
      const closings = [
        admin.post('livechat/room.closeByUser', { rid, comment: 'Solved' }),
        close(token, rid),
      ];
      const [byUser, byVisitor] = (await Promise.all(closings)).map(({ status }) => status === 200);
      expect([byUser, byVisitor].filter(Boolean)).toHaveLength(1);
      expect((await storedRoom(service.db, rid)).closer).toBe(byUser ? 'user' : 'visitor');
      await expectOver(rid, ['livechat-started:', byUser ? 'livechat-close:Solved' : closed]);
    }
  });
});

// It is the last thing that was said, or was not said: it never follows the end of the conversation.
describe("a visitor's message while the room is being closed", () => {
  it('is stored before the end, or refused', async () => {
    const chats = await Promise.all(Array.from({ length: 12 }, () => startChat(anyone)));
    const outcomes = await Promise.all(
      chats.map(({ token, rid }) =>
        Promise.all([
          errorOf(anyone.post('livechat/message', { token, rid, msg: 'Wait!' })),
          errorOf(close(token, rid)),
        ]),
      ),
    );
    for (const [index, [sent, ended]] of outcomes.entries()) {
      expect(ended).toBe('200 undefined');
      expect(['200 undefined', '400 room-closed']).toContain(sent);
      const said = sent === '200 undefined' ? ['Wait!'] : [];
      await expectOver(chats[index]?.rid ?? '', ['livechat-started:', ...said, closed]);
    }
  });

  it('comes before the end if its time was reserved before, even if it is stored later', async () => {
    const { token, rid } = await startChat(anyone);
    const { messages } = service.deps;
    const deps = depsWith('messages', {
      async insert(message) {
        await closeByVisitor(service.deps, { token, rid });
        return messages.insert(message);
      },
    });
    await sendVisitorMessage(deps, { token, rid, msg: 'Wait!' });
    await expectOver(rid, ['livechat-started:', 'Wait!', closed]);
    expect((await storedRoom(service.db, rid)).lastMessage).toMatchObject({ t: 'livechat-close' });
  });
});

describe('a room that is closed', () => {
  it('before its inquiry is stored, is not left in the queue', async () => {
    const { token } = await registerVisitor(anyone);
    const { messages } = service.deps;
    const deps = depsWith('messages', {
      async adoptPageViews(of, rid) {
        await messages.adoptPageViews(of, rid);
        await closeByVisitor(service.deps, { token, rid });
      },
    });
    const { room } = await getRoom(deps, { token, source: { type: 'api' } });
    await expectOver(room._id, ['livechat-started:', closed]);
  });

  it('before its agent is subscribed, keeps no subscription, even if the closing was interrupted', async () => {
    const { rid } = await startChat(anyone);
    const { subscriptions } = service.deps;
    const deps = depsWith('subscriptions', {
      async ensure(seat) {
        const change = { $unset: { open: 1 as const }, $set: { closedAt: new Date() } };
        await collection(service.db, 'room').updateOne({ _id: rid }, change);
        return subscriptions.ensure(seat);
      },
    });
    const taker = await service.deps.users.findById(agent._id);
    if (taker === null) throw new Error('the agent is gone');
    await takeInquiry(deps, taker, (await inquiryOf(admin, rid))._id, agent._id);
    await expectOver(rid, ['livechat-started:']);
  });
});
