import { QueuePlaces } from '../../../../src/api/rocketchat/streams/queue-places.ts';
import { RoomWatcher } from '../../../../src/api/rocketchat/streams/room-watcher.ts';
import { WatcherIndex } from '../../../../src/api/rocketchat/streams/watcher-index.ts';
import type { EventListener } from '../../../../src/domain/events.ts';
import { type SettingId, settingDefaults } from '../../../../src/domain/settings/settings.ts';
import { eventually } from '../../../support/eventually.ts';

const ridOf = (index: number) => `room ${index}`;

/**
 * A queue of so many chats, all of whose visitors have sockets on this instance.
 * @param whileRead is called whenever the queue has been read, before that is known here.
 */
function queueOf(length: number, whileRead: () => void = () => undefined, restMsPerRoom = 0.01) {
  const waiting = Array.from({ length }, (_, index) => ({ rid: ridOf(index) }));
  const served = new Set<string>();
  const done = { reads: 0, sent: 0 };
  const lastTold = new Map<string, number>();
  let listener: EventListener | undefined;
  const settings = { ...settingDefaults, Livechat_waiting_queue: true };
  const watchers = new WatcherIndex();
  const deps = {
    events: {
      listen(given: EventListener) {
        listener = given;
        return () => undefined;
      },
    },
    inquiries: {
      listWaiting: async () => {
        done.reads += 1;
        const read = [...waiting];
        whileRead();
        return read;
      },
    },
    rooms: { listRecentDurations: async () => [] },
    routing: { findDepartment: async () => null },
    settings: { get: <Id extends SettingId>(id: Id) => settings[id] },
  };
  const places = new QueuePlaces(
    deps,
    watchers,
    { isServed: (rid) => served.has(rid) },
    (error) => {
      throw error;
    },
    { restMs: 20, restMsPerRoom },
  );
  for (const { rid } of waiting) {
    const asking = { kind: 'visitor', token: rid } as const;
    const connection = {
      isWidget: false,
      restart: () => undefined,
      publish: (_collection: string, _event: string, [event]: readonly unknown[]) => {
        done.sent += 1;
        lastTold.set(rid, (event as { readonly data: { readonly spot: number } }).data.spot);
      },
    };
    const client = {
      ...{ connection, user: undefined, isBanned: () => false, revoke: () => undefined },
      askingWith: () => asking,
    };
    const watcher = new RoomWatcher(client, rid, asking, {
      room: { _id: rid, t: 'l', open: true },
      viewer: { kind: 'visitor', _id: rid, name: rid, token: rid },
    });
    watcher.subscriptions.set('1', 'livechat-room');
    watchers.add(watcher);
    places.watch(rid);
  }
  const announce = (rid: string, status: 'queued' | 'taken') => {
    const facts = { rid, name: 'Ann', ts: new Date(), message: '', t: 'l' } as const;
    const document = { _id: `inquiry of ${rid}`, status, ...facts } as const;
    void listener?.receive({ kind: 'changed', subject: 'inquiry', document });
  };
  const take = () => announce(waiting.shift()?.rid ?? '', 'taken');
  return { places, done, lastTold, waiting, served, announce, take };
}

describe('A queue that changes while it is read', () => {
  it('tells those who have come into it since', async () => {
    const late = { rid: ridOf(0) };
    const { places, lastTold, waiting, announce } = queueOf(1, () => {
      if (waiting.length > 0) return;
      waiting.push(late);
      announce(late.rid, 'queued');
    });
    waiting.length = 0;
    await eventually(() => expect(lastTold.get(late.rid)).toBe(1));
    await places.stop();
  });

  it('tells nobody whose agent has come since', async () => {
    const { places, done, lastTold, served } = queueOf(2, () => served.add(ridOf(0)));
    await eventually(() => expect(lastTold.get(ridOf(1))).toBe(2));
    await places.stop();
    expect(done.sent).toBe(1);
  });
});

it('is read the less often the more visitors wait here', async () => {
  const { places, done, take } = queueOf(100, undefined, 3);
  await eventually(() => expect(done.reads).toBe(1));
  const startedAt = performance.now();
  take();
  await eventually(() => expect(done.reads).toBe(2));
  expect(performance.now() - startedAt).toBeGreaterThan(290);
  await places.stop();
});

describe('A queue of 5,000', () => {
  const length = 5_000;

  it('is read once, and each visitor told once, for all changes that come close together', async () => {
    const { places, done, lastTold, take } = queueOf(length);
    await eventually(() => expect(done).toEqual({ reads: 1, sent: length }));
    for (let taken = 0; taken < 100; taken += 1) take();
    await eventually(() => expect(lastTold.get(ridOf(length - 1))).toBe(length - 100));
    expect(done.reads).toBeLessThanOrEqual(3);
    expect(done.sent).toBeLessThanOrEqual(3 * length);
    await places.stop();
  });

  it('is read no more once nobody waits here', async () => {
    const { places, done, take } = queueOf(length);
    await eventually(() => expect(done.sent).toBe(length));
    for (let index = 0; index < length; index += 1) places.forget(ridOf(index));
    take();
    await new Promise(setImmediate);
    await places.stop();
    expect(done.reads).toBe(1);
  });
});
