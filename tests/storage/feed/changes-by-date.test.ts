import { MongoServerError } from 'mongodb';
import type { FeedTiming } from '../../../src/storage/feed/feed-timing.ts';
import { useChangeFeeds } from '../../support/change-feeds.ts';
import { standInStreams } from '../../support/events.ts';
import { useDatabase } from '../../support/use-database.ts';
import { until } from '../../support/visitor-search.ts';
import { collection, unique } from '../../support/visitors.ts';

const database = useDatabase();
const { startInstance, storeRoom } = useChangeFeeds(database);
const serverError = (code: number) => new MongoServerError({ message: `error ${code}`, code });
const noStreams = serverError(40573);

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

  it.each([9, 59, 73, 115, 238, 303, 40_324])('knows that there are none by error %d', async (code) => {
    const streams = standInStreams(database.db);
    streams.fail(serverError(code));
    const { heard } = await startInstance(streams.db);
    const written = await storeRoom();
    await until(async () => heard.documents('room').some(({ _id }) => _id === written._id));
    expect(streams.opened).toHaveLength(1);
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
