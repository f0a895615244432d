import { EventEmitter, once } from 'node:events';
import { closeByVisitor } from '../../../src/domain/conversation/close-room.ts';
import type { Dependencies } from '../../../src/domain/dependencies.ts';
import { sendVisitorMessage } from '../../../src/domain/messages/send-message.ts';
import { insertAgent, manualSelection, startChat, storedRoom } from '../../support/conversations.ts';
import { dyingBeforeCounting, withOperations } from '../../support/dependencies.ts';
import { useService } from '../../support/use-service.ts';
import { collection } from '../../support/visitors.ts';

const { service, anyone } = useService(manualSelection);

beforeAll(async () => {
  await insertAgent(service);
});

const depsWith = (replaced: Partial<Dependencies['roomActivity']>): Dependencies =>
  withOperations(service.deps, 'roomActivity', replaced);
const dying = () => dyingBeforeCounting(service.deps);

/** Requests that have reserved their messages' times, and die when they have stored them, which they may then. */
async function delayed(count: number, message: { readonly token: string; readonly rid: string }) {
  const { messages } = service.deps;
  const signals = new EventEmitter();
  const mayStore = once(signals, 'may store');
  let reserved = 0;
  const insert: typeof messages.insert = async (given) => {
    reserved += 1;
    if (reserved === count) signals.emit('all reserved');
    await mayStore;
    return messages.insert(given);
  };
  const deps = { ...dying(), messages: { ...messages, insert } };
  const allReserved = once(signals, 'all reserved');
  const texts = Array.from({ length: count }, (_, index) => `delayed ${index}`);
  const ended = Promise.allSettled(texts.map((msg) => sendVisitorMessage(deps, { ...message, msg })));
  await allReserved;
  return async () => {
    signals.emit('may store');
    await ended;
  };
}

describe('a message that another overtakes on its way to being counted', () => {
  it.each([
    ['a message', sendVisitorMessage],
    ['the end of the chat', closeByVisitor],
  ])('is counted by %s that overtakes it and many more', async (_what, overtake) => {
    const { token, rid } = await startChat(anyone);
    const { roomActivity } = service.deps;
    const storeDelayed = await delayed(22, { token, rid });
    const overtaking = depsWith({
      async recordMessage(...given) {
        await storeDelayed();
        return roomActivity.recordMessage(...given);
      },
    });
    await overtake(overtaking, { token, rid, msg: 'overtaking' });
    const stored = await collection(service.db, 'message').countDocuments({ rid });
    expect(stored).toBeGreaterThanOrEqual(24);
    expect(await storedRoom(service.db, rid)).toMatchObject({ msgs: stored });
  });

  it('is counted if it is stored while another request counts a later one', async () => {
    const { token, rid } = await startChat(anyone);
    const { roomActivity } = service.deps;
    const storeDelayed = await delayed(1, { token, rid });
    await expect(sendVisitorMessage(dying(), { token, rid, msg: 'second' })).rejects.toThrow('died');
    const counting = depsWith({
      async recordUncounted(...given) {
        await storeDelayed();
        return roomActivity.recordUncounted(...given);
      },
    });
    await sendVisitorMessage(counting, { token, rid, msg: 'third' });
    expect(await storedRoom(service.db, rid)).toMatchObject({ msgs: 4, lastMessage: { msg: 'third' } });
  });
});
