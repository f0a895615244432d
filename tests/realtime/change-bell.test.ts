import type { EventListener } from '../../src/domain/events.ts';
import { ChangeBell } from '../../src/realtime/change-bell.ts';

/** A bus that hands over what the test says, and its listeners. */
function testBus() {
  const listeners = new Set<EventListener>();
  return {
    listeners,
    listen(listener: EventListener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async tell() {
      for (const listener of listeners) await listener.receive({ kind: 'missed' });
    },
  };
}
const forever = 60_000;
const waiter = (given: { network?: string; signal?: AbortSignal; concerns?: () => boolean } = {}) => ({
  network: 'a',
  signal: new AbortController().signal,
  concerns: () => true,
  ...given,
});

describe('waiting for changes', () => {
  it('ends with a change that concerns the waiter', async () => {
    const bus = testBus();
    const bell = new ChangeBell(bus);
    const [mine, others] = [bell.watch(waiter()), bell.watch(waiter({ concerns: () => false }))];
    const before = others.changedAt;
    const waiting = mine.next(forever);
    await bus.tell();
    await waiting;
    expect(others.changedAt).toBe(before);
    expect(mine.isOver).toBe(false);
  });

  it('ends when the waiter has gone, and when the service stops', async () => {
    const gone = new AbortController();
    const bell = new ChangeBell(testBus());
    const [first, second] = [bell.watch(waiter({ signal: gone.signal })), bell.watch(waiter())];
    const waiting = first.next(forever);
    gone.abort();
    await waiting;
    expect([first.isOver, second.isOver]).toEqual([true, false]);
    const resting = second.rest(forever);
    bell.stop();
    await resting;
    await second.next(forever);
    expect(second.isOver).toBe(true);
  });

  it('is for a limited number, in all and at an address', () => {
    const bell = new ChangeBell(testBus(), { waiters: 3, waitersPerNetwork: 2 });
    const [first] = [bell.watch(waiter()), bell.watch(waiter())];
    expect(() => bell.watch(waiter())).toThrow('too many wait');
    bell.watch(waiter({ network: 'b' }));
    expect(() => bell.watch(waiter({ network: 'c' }))).toThrow('too many wait');
    first.end();
    bell.watch(waiter({ network: 'c' }));
  });

  it('listens only as long as somebody waits', () => {
    const bus = testBus();
    const bell = new ChangeBell(bus);
    const watches = [bell.watch(waiter()), bell.watch(waiter())];
    expect(bus.listeners.size).toBe(1);
    for (const listeners of [1, 0]) {
      watches.pop()?.end();
      expect(bus.listeners.size).toBe(listeners);
    }
  });
});
