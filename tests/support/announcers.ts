import { EventEmitter, once } from 'node:events';
import { type Db, type Document, type Filter, type FindOptions, MongoNetworkError } from 'mongodb';
import { createLogger } from '../../src/observability/logger.ts';
import { EventBus } from '../../src/realtime/event-bus.ts';
import { announcedCollections } from '../../src/storage/announced-collections.ts';
import { Announcer } from '../../src/storage/feed/announcer.ts';
import { recordEvents } from './events.ts';
import { useDatabase } from './use-database.ts';
import { collection, unique } from './visitors.ts';

const logger = createLogger('silent');
const message = 'rocketchat_message';
const now = new Date('2026-03-01T10:00:00Z');

export const messageOf = (given: Record<string, unknown> = {}) => ({
  _id: unique('message'),
  rid: 'room',
  msg: 'hi',
  ts: now,
  ...given,
});

/** A message's change as the feed reports it. */
export const heardOf = (id: string, isNew = false) => ({ collection: message, id, isNew });

/** A database for the tests of a file, with a livechat room and a team room, and announcers of its changes. */
export function useAnnouncers() {
  const database = useDatabase();
  beforeAll(async () => {
    await collection(database.db, 'room').insertMany([
      { _id: 'room', t: 'l' },
      { _id: 'team', t: 'c' },
    ]);
  });
  return {
    database,
    /** An announcer and a listener to everything. */
    open(db: Db = database.db) {
      const bus = new EventBus(logger);
      const announcer = new Announcer({ db, bus, collections: announcedCollections, logger });
      return { announcer, bus, messages: announcer.reporterFor(message), heard: recordEvents(bus) };
    },
    /** Stores a message in a livechat room, through the store or as another process would. */
    async store<T extends { _id: string }>(document: T): Promise<T> {
      await collection(database.db, 'message').insertOne(document);
      return document;
    },
    /** A database that answers no search of messages by anything but ids until so many have been sent. */
    answeringTogether: (searches: number) => answeringTogether(database.db, searches),
    /** A database that answers no search of messages by anything but ids before something else is done. */
    answeringAfter: (work: Promise<void>) => answeringAfter(database.db, work),
    /** A database that fails to read messages for a number of queries, each of which it tells of. */
    awayFor: (times: number, onQuery?: () => void) => awayFor(database.db, times, onQuery),
  };
}

function answeringTogether(db: Db, searches: number): Db {
  const allSent = new EventEmitter();
  const answered = once(allSent, 'sent');
  let sent = 0;
  const find = (filter: Filter<Document>, options: FindOptions) => {
    const cursor = db.collection(message).find(filter, options);
    if ('_id' in filter) return cursor;
    sent += 1;
    if (sent === searches) allSent.emit('sent');
    return { toArray: () => answered.then(() => cursor.toArray()) };
  };
  const collectionOf = (name: string) => (name === message ? { find } : db.collection(name));
  return { collection: collectionOf } as unknown as Db;
}

function answeringAfter(db: Db, work: Promise<void>): Db {
  const find = (filter: Filter<Document>, options: FindOptions) => {
    const cursor = db.collection(message).find(filter, options);
    return '_id' in filter ? cursor : { toArray: () => work.then(() => cursor.toArray()) };
  };
  const collectionOf = (name: string) => (name === message ? { find } : db.collection(name));
  return { collection: collectionOf } as unknown as Db;
}

function awayFor(db: Db, times: number, onQuery: () => void = () => undefined): Db {
  let left = times;
  const away = { find: () => ({ toArray: () => Promise.reject(new MongoNetworkError('away')) }) };
  const collectionOf = (name: string) => {
    if (name !== message || left === 0) return db.collection(name);
    left -= 1;
    onQuery();
    return away;
  };
  return { collection: collectionOf } as unknown as Db;
}
