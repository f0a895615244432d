import { MongoServerError } from 'mongodb';
import { room, useChangeFeeds } from '../../support/change-feeds.ts';
import { recordEvents, standInStreams } from '../../support/events.ts';
import { useDatabase } from '../../support/use-database.ts';
import { until } from '../../support/visitor-search.ts';
import { unique } from '../../support/visitors.ts';

const database = useDatabase();
const { startInstance, storeRoom } = useChangeFeeds(database);
const serverError = (code: number) => new MongoServerError({ message: `error ${code}`, code });
type Streams = ReturnType<typeof standInStreams>;
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

  it('lets changes gather before it asks for more', async () => {
    const streams = standInStreams(database.db);
    const { heard } = await startInstance(streams.db);
    for (let n = 0; n < 5; n += 1) streams.tell('delete', room, `gone ${n}`);
    await until(async () => heard.events.length === 5);
    expect(streams.askedAfterChangeMs.length).toBeGreaterThanOrEqual(4);
    // A timer may fire a moment early.
    expect(Math.min(...streams.askedAfterChangeMs)).toBeGreaterThan(18);
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
