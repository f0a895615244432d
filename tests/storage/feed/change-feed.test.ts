import { MongoServerError } from 'mongodb';
import type { Subject } from '../../../src/domain/events.ts';
import { EventBus } from '../../../src/realtime/event-bus.ts';
import { announcedCollections } from '../../../src/storage/announced-collections.ts';
import { Announcer } from '../../../src/storage/feed/announcer.ts';
import { startChangeFeed } from '../../../src/storage/feed/change-feed.ts';
import { type FeedTiming, feedTiming } from '../../../src/storage/feed/feed-timing.ts';
import { recordEvents, standInStreams } from '../../support/events.ts';
import { logBook } from '../../support/log-book.ts';
import { useDatabase } from '../../support/use-database.ts';
import { until } from '../../support/visitor-search.ts';
import { collection, unique } from '../../support/visitors.ts';

const database = useDatabase();
const room = 'rocketchat_room';
const serverError = (code: number) => new MongoServerError({ message: `error ${code}`, code });
const noStreams = serverError(40573);
type Streams = ReturnType<typeof standInStreams>;
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

const storedPosition = () => database.db.collection('foyer_change_feed').findOne({});

describe('A feed with a change stream', () => {
  it('reports what others write, in the order of the stream', async () => {
    const streams = standInStreams(database.db);
    const { heard } = await startInstance(streams.db);
    const [a, b] = [await storeRoom(), await storeRoom()];
    streams.tell('insert', room, b._id);
    streams.tell('insert', room, a._id);
    streams.tell('delete', room, 'gone');
    await until(async () => heard.events.length === 3);
    expect(heard.documents('room')).toEqual([b, a]);
    expect(heard.removals('room')).toEqual(['gone']);
  });

  it('reports its own writes once', async () => {
    const streams = standInStreams(database.db);
    const { heard, rooms } = await startInstance(streams.db);
    const [here, there] = [await storeRoom(), await storeRoom()];
    rooms.added(here);
    streams.tell('insert', room, here._id);
    streams.tell('insert', room, there._id);
    await until(async () => heard.events.length === 2);
    expect(heard.documents('room')).toEqual([here, there]);
  });

  it('follows only subjects with listeners, and continues from its place when they change', async () => {
    const streams = standInStreams(database.db);
    const { announcer, bus, heard } = await startInstance(streams.db, {}, ['room']);
    announcer.follow('users', () => undefined);
    await until(async () => streams.opened.some(({ collections }) => collections.includes('users')));
    streams.tell('delete', room, 'gone');
    await until(async () => heard.events.length === 1);
    recordEvents(bus, ['message']);
    await until(async () => streams.opened.at(-1)?.collections.length === 3);
    expect(streams.opened.at(-1)).toMatchObject({
      collections: ['rocketchat_message', room, 'users'],
      options: expect.objectContaining({ resumeAfter: 'token 1' }),
    });
  });

  it('is silent about logins, and tells whatever else changes about a user', async () => {
    const { announcer, heard } = await startInstance(database.db, {}, ['user']);
    const users = database.db.collection<{ _id: string; services?: object }>('users');
    const _id = unique('user');
    const tokens = 'services.resume.loginTokens';
    const logIn = (hashedToken: string) =>
      users.updateOne({ _id }, {
        $push: { [tokens]: { hashedToken } },
        $set: { lastLogin: new Date() },
      } as object);
    const told: string[] = [];
    announcer.follow('users', (id) => told.push(id));
    await users.insertOne({ _id, services: { resume: { loginTokens: [{ hashedToken: 'a' }] } } });
    await until(async () => told.length === 1);
    await logIn('b');
    await users.updateOne({ _id }, { $pull: { [tokens]: { hashedToken: 'a' } } } as object);
    await until(async () => told.length === 2);
    await logIn('c');
    await users.updateOne({ _id }, { $set: { active: false }, $unset: { lastLogin: 1 } });
    await until(async () => told.length === 3);
    await users.deleteOne({ _id });
    await until(async () => told.length === 4);
    await announcer.settled();
    expect(told).toEqual([_id, _id, _id, _id]);
    expect(heard.removals('user')).toEqual([_id]);
  });

  it('leaves out page views until somebody listens for them', async () => {
    const streams = standInStreams(database.db);
    const { bus } = await startInstance(streams.db, {}, ['message']);
    await until(async () => streams.opened.length > 0);
    const newPageView = { operationType: 'insert', 'fullDocument.t': 'livechat_navigation_history' };
    expect(streams.opened.at(-1)?.leftOut).toEqual([{ ...newPageView, 'ns.coll': 'rocketchat_message' }]);
    const { stop } = recordEvents(bus, ['page-view']);
    await until(async () => streams.opened.at(-1)?.leftOut.length === 0);
    // Those who wait for changes come and go, which opens no further stream.
    stop();
    streams.tell('delete', room, 'gone');
    await until(async () => (await storedPosition())?.token === 'token 1');
    expect(streams.opened).toHaveLength(2);
  });

  it('resumes after an outage where it was', async () => {
    const streams = standInStreams(database.db);
    const { heard, lines } = await startInstance(streams.db);
    streams.tell('delete', room, 'before');
    streams.fail(new Error('the connection is gone'));
    streams.tell('delete', room, 'after');
    await until(async () => heard.events.length === 2);
    expect(heard.removals('room')).toEqual(['before', 'after']);
    expect(streams.opened.at(-1)?.options).toMatchObject({ resumeAfter: 'token 1' });
    expect(lines).toEqual([]);
  });

  it('resumes at the next start where it ended', async () => {
    const streams = standInStreams(database.db);
    const first = await startInstance(streams.db);
    streams.tell('delete', room, 'before');
    await until(async () => first.heard.events.length === 1);
    await first.stop();
    await startInstance(streams.db);
    expect(streams.opened.at(-1)?.options).toMatchObject({ resumeAfter: 'token 1' });
  });

  it('begins with the last moment that it told of where its filter leaves that change out now', async () => {
    const streams = standInStreams(database.db);
    const { heard, lines } = await startInstance(streams.db);
    streams.tell('delete', room, 'before');
    streams.fail(serverError(280));
    streams.tell('delete', room, 'after');
    await until(async () => heard.events.length === 2);
    expect(heard.removals('room')).toEqual(['before', 'after']);
    const { options } = streams.opened.at(-1) ?? {};
    expect(options).toMatchObject({ startAtOperationTime: expect.objectContaining({ i: 1 }) });
    expect(options).not.toHaveProperty('resumeAfter');
    expect(lines).toEqual([]);
  });

  it.each([50_811, 9])(
    'begins anew where the server cannot read its place (%d), as after a restore',
    async (code) => {
      const streams = standInStreams(database.db);
      const first = await startInstance(streams.db);
      streams.tell('delete', room, 'before');
      await until(async () => first.heard.events.length === 1);
      await first.stop();
      streams.fail(serverError(code));
      const { heard } = await startInstance(streams.db);
      await until(async () => heard.missed() === 1);
      streams.tell('delete', room, 'after');
      await until(async () => heard.removals('room').includes('after'));
      expect(streams.opened.at(-1)?.options).not.toHaveProperty('resumeAfter');
    },
  );

  it('never saves a place beyond an event that is not announced yet', async () => {
    const streams = standInStreams(database.db);
    const { heard } = await startInstance(streams.db);
    const { _id } = await storeRoom();
    streams.tell('insert', room, _id);
    await until(async () => (await storedPosition())?.token === 'token 1');
    expect(heard.events).toHaveLength(1);
  });

  it.each([
    ['has left the log of the server', (streams: Streams) => streams.fail(serverError(286))],
    ['is none of this server', (streams: Streams) => streams.fail(serverError(260))],
    ['is before an event that is too large', (streams: Streams) => streams.fail(serverError(10_334))],
    ['was ended by an invalidation', (streams: Streams) => streams.end()],
    [
      'is found neither by its token nor by its time',
      (streams: Streams) => {
        streams.fail(serverError(280));
        streams.fail(serverError(280));
      },
    ],
  ])('that %s begins anew, and finds by date what was written in the meantime', async (_, lose) => {
    const streams = standInStreams(database.db);
    const { heard, lines } = await startInstance(streams.db);
    streams.tell('delete', room, 'before');
    await until(async () => heard.events.length === 1);
    const meanwhile = await storeRoom();
    lose(streams);
    await until(async () => heard.documents('room').some(({ _id }) => _id === meanwhile._id));
    expect(heard.missed()).toBe(1);
    expect(lines.join()).toMatch('the change stream was lost; it begins anew');
    await until(async () => streams.opened.length > 1);
    expect(streams.opened.at(-1)?.options).not.toHaveProperty('resumeAfter');
    streams.tell('delete', room, 'after');
    await until(async () => heard.removals('room').includes('after'));
  });

  it('reports missed events if a collection is dropped or renamed', async () => {
    const streams = standInStreams(database.db);
    const { heard } = await startInstance(streams.db);
    for (const kind of ['drop', 'rename']) streams.tell(kind, room);
    streams.tell('delete', room, 'after');
    await until(async () => heard.removals('room').includes('after'));
    expect(heard.missed()).toBe(2);
  });

  it('stops when told to, and reports nothing more', async () => {
    const streams = standInStreams(database.db);
    const { heard, rooms, stop } = await startInstance(streams.db);
    const last = await storeRoom();
    rooms.added(last);
    await stop();
    streams.tell('delete', room, 'late');
    rooms.changed('later');
    expect(heard.documents('room')).toEqual([last]);
    expect(heard.events).toHaveLength(1);
  });
});

describe('A feed without change streams', () => {
  /** The server says at once that it has no change streams. */
  const start = async (time: Partial<FeedTiming> = {}) => {
    const streams = standInStreams(database.db);
    streams.fail(noStreams);
    return startInstance(streams.db, time);
  };

  it('finds what others wrote by its date and reports its own writes at once, each state once', async () => {
    const [here, there] = [await start(), await start()];
    const document = await storeRoom({ fname: 'Ann' });
    const namesOf = ({ heard }: typeof here) =>
      heard.documents('room').flatMap(({ _id, fname }) => (_id === document._id ? [fname] : []));
    here.rooms.added(document);
    await here.announcer.settled();
    expect(namesOf(here)).toEqual(['Ann']);
    await until(async () => namesOf(there).length === 1);
    const change = { $set: { fname: 'Bea', _updatedAt: new Date() } };
    await collection(database.db, 'room').updateOne({ _id: document._id }, change);
    there.rooms.changed(document._id);
    await until(async () => [here, there].every((each) => namesOf(each).includes('Bea')));
    const later = await storeRoom();
    for (const { heard } of [here, there])
      await until(async () => heard.documents('room').some(({ _id }) => _id === later._id));
    for (const each of [here, there]) expect(namesOf(each)).toEqual(['Ann', 'Bea']);
  });

  it('says so if it is the user who may not open any', async () => {
    const streams = standInStreams(database.db);
    streams.fail(serverError(13));
    const { heard, lines } = await startInstance(streams.db);
    const written = await storeRoom();
    await until(async () => heard.documents('room').some(({ _id }) => _id === written._id));
    expect(lines.join()).toMatch('the user of MONGO_URL may not open change streams');
  });

  it('announces at the next start what a crash left unannounced', async () => {
    const first = await start();
    await first.stop();
    // The process ends before its store reports the write.
    const written = await storeRoom();
    const second = await start();
    await until(async () => second.heard.documents('room').some(({ _id }) => _id === written._id));
  });

  it('ignores what was written long before anyone listened', async () => {
    const old = await storeRoom({ _updatedAt: new Date(Date.now() - 10 * 60_000) });
    const { heard } = await start();
    const fresh = await storeRoom();
    await until(async () => heard.documents('room').some(({ _id }) => _id === fresh._id));
    expect(heard.documents('room').some(({ _id }) => _id === old._id)).toBe(false);
  });

  it('resumes by itself when the database is back, and logs the outage once', async () => {
    const inquiry = 'rocketchat_livechat_inquiry';
    const streams = standInStreams(database.db);
    streams.fail(noStreams);
    let isAway = true;
    const flaky = new Proxy(streams.db, {
      get(target, key) {
        if (key !== 'collection') return Reflect.get(target, key, target);
        return (name: string) => {
          if (isAway && name === inquiry) throw new Error('away');
          return target.collection(name);
        };
      },
    });
    const { heard, lines } = await startInstance(flaky, {}, ['inquiry']);
    const document = { _id: unique('inquiry'), rid: 'room', _updatedAt: new Date() };
    await database.db.collection<{ _id: string }>(inquiry).insertOne(document);
    await until(async () => lines.length > 0);
    isAway = false;
    await until(async () => heard.documents('inquiry').length === 1);
    expect(heard.documents('inquiry')).toEqual([document]);
    expect(lines).toHaveLength(1);
  });
});
