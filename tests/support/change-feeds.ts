import type { Subject } from '../../src/domain/events.ts';
import { EventBus } from '../../src/realtime/event-bus.ts';
import { announcedCollections } from '../../src/storage/announced-collections.ts';
import { Announcer } from '../../src/storage/feed/announcer.ts';
import { startChangeFeed } from '../../src/storage/feed/change-feed.ts';
import { type FeedTiming, feedTiming } from '../../src/storage/feed/feed-timing.ts';
import { recordEvents } from './events.ts';
import { logBook } from './log-book.ts';
import type { DatabaseInUse } from './use-database.ts';
import { collection, unique } from './visitors.ts';

export const room = 'rocketchat_room';

/** Gives each story of a file instances that follow a database, as if none ever had, and stops them after it. */
export function useChangeFeeds(database: DatabaseInUse) {
  const running: { stop(): Promise<void> }[] = [];
  beforeEach(async () => {
    await database.db.collection('foyer_change_feed').deleteMany({ _id: { $exists: true } });
  });
  afterEach(() => Promise.all(running.splice(0).map((each) => each.stop())));

  /** An instance that follows the writes of others, and a listener to everything it announces. */
  async function startInstance(db = database.db, time: Partial<FeedTiming> = {}, subjects?: Subject[]) {
    const { lines, logger } = logBook('warn');
    const bus = new EventBus(logger);
    const announcer = new Announcer({ db, bus, collections: announcedCollections, logger });
    const heard = recordEvents(bus, subjects);
    const quick = { pollMs: 10, retryMs: 10, storeMs: 0, storeIdleMs: 0 };
    const timing = { ...feedTiming(() => new Date()), ...quick, ...time };
    const feed = await startChangeFeed({ db, announcer, bus, time: timing, logger });
    running.push(feed);
    return { announcer, bus, heard, rooms: announcer.reporterFor(room), stop: feed.stop, lines };
  }

  /** Stores a new room, as another process would. */
  async function storeRoom(given: Record<string, unknown> = {}) {
    const document = { _id: unique('room'), t: 'l', _updatedAt: new Date(), ...given };
    await collection(database.db, 'room').insertOne(document);
    return document;
  }

  return { startInstance, storeRoom };
}
