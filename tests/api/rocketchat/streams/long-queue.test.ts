import { QueuePlaces } from '../../../../src/api/rocketchat/streams/queue-places.ts';
import { RoomWatcher } from '../../../../src/api/rocketchat/streams/room-watcher.ts';
import { WatcherIndex } from '../../../../src/api/rocketchat/streams/watcher-index.ts';
import type { EventListener } from '../../../../src/domain/events.ts';
import { type SettingId, settingDefaults } from '../../../../src/domain/settings/settings.ts';
import { eventually } from '../../../support/eventually.ts';

const length = 5_000;
const ridOf = (index: number) => `room ${index}`;

/** A queue of 5,000 chats, all of whose visitors have sockets on this instance. */
function longQueue() {
  const waiting = Array.from({ length }, (_, index) => ({ rid: ridOf(index) }));
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
        return [...waiting];
      },
    },
    rooms: { listRecentDurations: async () => [] },
    routing: { findDepartment: async () => null },
    settings: { get: <Id extends SettingId>(id: Id) => settings[id] },
  };
  const places = new QueuePlaces(
    deps,
    watchers,
    { isServed: () => false },
    (error) => {
      throw error;
    },
    { restMs: 20, restMsPerRoom: 0.01 },
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
  const take = () => {
    const rid = waiting.shift()?.rid ?? '';
    const facts = { rid, name: 'Ann', ts: new Date(), message: '', t: 'l' } as const;
    const document = { _id: `inquiry of ${rid}`, status: 'taken', ...facts } as const;
    void listener?.receive({ kind: 'changed', subject: 'inquiry', document });
  };
  return { places, done, lastTold, take };
}

describe('A queue of 5,000', () => {
  it('is read once, and each visitor told once, for all changes that come close together', async () => {
    const { places, done, lastTold, take } = longQueue();
    await eventually(() => expect(done).toEqual({ reads: 1, sent: length }));
    for (let taken = 0; taken < 100; taken += 1) take();
    await eventually(() => expect(lastTold.get(ridOf(length - 1))).toBe(length - 100));
    expect(done.reads).toBeLessThanOrEqual(3);
    expect(done.sent).toBeLessThanOrEqual(3 * length);
    await places.stop();
  });

  it('is read no more once nobody waits here', async () => {
    const { places, done, take } = longQueue();
    await eventually(() => expect(done.sent).toBe(length));
    for (let index = 0; index < length; index += 1) places.forget(ridOf(index));
    take();
    await new Promise(setImmediate);
    await places.stop();
    expect(done.reads).toBe(1);
  });
});
