import type { DomainEvent, Subject } from '../../src/domain/events.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { EventBus } from '../../src/realtime/event-bus.ts';
import { logBook } from '../support/log-book.ts';

const quiet = createLogger('silent');
const removed = (id: string, subject: Subject = 'message'): DomainEvent => ({ kind: 'removed', subject, id });
const missed: DomainEvent = { kind: 'missed' };
const idsOf = (events: readonly DomainEvent[]) =>
  events.map((event) => (event.kind === 'removed' ? event.id : event.kind));
const turn = () => new Promise(setImmediate);

/** A slow listener: each event is finished when the test says so. */
function slowListener(bus: EventBus, subjects: readonly Subject[] = ['message']) {
  const events: DomainEvent[] = [];
  const done: (() => void)[] = [];
  const stop = bus.listen({
    name: 'slow',
    subjects,
    receive: (event) => {
      events.push(event);
      return new Promise<void>((resolve) => done.push(resolve));
    },
  });
  const finish = async () => {
    for (const resolve of done.splice(0)) resolve();
    await turn();
  };
  return { events, stop, finish };
}

describe('The event bus', () => {
  it('delivers each event at once and in order to the listeners of its subject', () => {
    const bus = new EventBus(quiet);
    const heard: Record<string, DomainEvent[]> = { messages: [], rooms: [], both: [] };
    const listen = (name: string, subjects: Subject[]) =>
      bus.listen({ name, subjects, receive: (event) => void heard[name]?.push(event) });
    listen('messages', ['message']);
    listen('rooms', ['room']);
    listen('both', ['message', 'room']);
    for (const event of [removed('m1'), removed('r1', 'room'), removed('m2')]) bus.publish(event, 0);
    expect(Object.values(heard).map(idsOf)).toEqual([['m1', 'm2'], ['r1'], ['m1', 'r1', 'm2']]);
  });

  it('knows which subjects have listeners, so that nothing else needs reading', () => {
    const bus = new EventBus(quiet);
    const { stop } = slowListener(bus, ['room']);
    expect([bus.hasListener('room'), bus.hasListener('message')]).toEqual([true, false]);
    stop();
    expect(bus.hasListener('room')).toBe(false);
  });

  it('tells all listeners that events were missed', () => {
    const bus = new EventBus(quiet);
    const [messages, rooms] = [slowListener(bus), slowListener(bus, ['room'])];
    bus.publish(missed, 0);
    expect([messages.events, rooms.events]).toEqual([[missed], [missed]]);
  });

  it('is not held up by a slow listener, which gets one event after another', async () => {
    const bus = new EventBus(quiet);
    const slow = slowListener(bus);
    const quick: DomainEvent[] = [];
    bus.listen({ name: 'quick', subjects: ['message'], receive: (event) => void quick.push(event) });
    for (const id of ['a', 'b', 'c']) bus.publish(removed(id), 0);
    expect(idsOf(quick)).toEqual(['a', 'b', 'c']);
    expect(idsOf(slow.events)).toEqual(['a']);
    await slow.finish();
    expect(idsOf(slow.events)).toEqual(['a', 'b']);
    await slow.finish();
    await slow.finish();
    expect(idsOf(slow.events)).toEqual(['a', 'b', 'c']);
  });

  it('logs a failing listener and carries on, whether it fails now or later', async () => {
    const { logger, lines } = logBook();
    const bus = new EventBus(logger);
    const received: string[] = [];
    const fail = (name: string, receive: () => void | Promise<void>) =>
      bus.listen({
        name,
        subjects: ['message'],
        receive: () => {
          received.push(name);
          return receive();
        },
      });
    fail('throws', () => {
      throw new Error('now');
    });
    fail('rejects', () => Promise.reject(new Error('later')));
    fail('works', () => undefined);
    bus.publish(removed('a'), 0);
    await turn();
    bus.publish(removed('b'), 0);
    await turn();
    expect(received).toEqual(['throws', 'rejects', 'works', 'throws', 'rejects', 'works']);
    expect(lines.map((line) => JSON.parse(line).listener)).toEqual([
      'throws',
      'rejects',
      'throws',
      'rejects',
    ]);
  });

  it.each([
    ['events', { maxWaiting: 3 }, 0],
    ['bytes', { maxWaitingBytes: 300 }, 100],
  ])(
    'drops what waits for a slow listener beyond so many %s, and says that something was missed',
    async (_, bounds, bytes) => {
      const bus = new EventBus(quiet, bounds);
      const slow = slowListener(bus);
      for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) bus.publish(removed(id), bytes);
      for (let times = 0; times < 6; times += 1) await slow.finish();
      expect(idsOf(slow.events)).toEqual(['a', 'missed', 'f']);
    },
  );

  it('delivers nothing to a listener that has left, not even waiting events', async () => {
    const bus = new EventBus(quiet);
    const slow = slowListener(bus);
    bus.publish(removed('a'), 0);
    bus.publish(removed('b'), 0);
    slow.stop();
    bus.publish(removed('c'), 0);
    await slow.finish();
    expect(idsOf(slow.events)).toEqual(['a']);
  });

  it('lets listeners join and leave during delivery', () => {
    const bus = new EventBus(quiet);
    const heard: string[] = [];
    const stop = bus.listen({
      name: 'once',
      subjects: ['message'],
      receive: () => {
        heard.push('first');
        stop();
        bus.listen({ name: 'second', subjects: ['message'], receive: () => void heard.push('second') });
      },
    });
    bus.publish(removed('a'), 0);
    bus.publish(removed('b'), 0);
    expect(heard).toEqual(['first', 'second']);
  });

  it('waits at its end for busy listeners, within bounds, and delivers nothing more', async () => {
    const bus = new EventBus(quiet);
    const [quick, stuck] = [slowListener(bus), slowListener(bus)];
    bus.publish(removed('a'), 0);
    bus.publish(removed('b'), 0);
    const closed = bus.close();
    await quick.finish();
    await closed;
    bus.publish(removed('c'), 0);
    expect([idsOf(quick.events), idsOf(stuck.events)]).toEqual([['a'], ['a']]);
  });
});
