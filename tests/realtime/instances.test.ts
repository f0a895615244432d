import { once } from 'node:events';
import { MongoClient } from 'mongodb';
import type { Overrides } from '../../src/build-dependencies.ts';
import type { Env } from '../../src/config/env.ts';
import type { Message } from '../../src/domain/messages/message.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { EventBus } from '../../src/realtime/event-bus.ts';
import { announcedCollections } from '../../src/storage/announced-collections.ts';
import { Announcer } from '../../src/storage/feed/announcer.ts';
import { startChangeFeed } from '../../src/storage/feed/change-feed.ts';
import { feedTiming } from '../../src/storage/feed/feed-timing.ts';
import { apiClient } from '../support/client.ts';
import { insertAgent, manualSelection, say, startChat, take } from '../support/conversations.ts';
import { recordEvents } from '../support/events.ts';
import { freshDatabaseUrl, startTestService } from '../support/service.ts';
import { startServiceProcess } from '../support/service-process.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/visitor-search.ts';
import { collection, registerVisitor, unique } from '../support/visitors.ts';

/** A service, and a listener to everything it announces. */
async function start(env: Env = {}, overrides: Overrides = {}) {
  const service = await startTestService({ ...manualSelection, LOG_LEVEL: 'silent', ...env }, overrides);
  return { service, api: apiClient(service.app), heard: recordEvents(service.deps.events) };
}
type Instance = Awaited<ReturnType<typeof start>>;

const said = ({ heard }: Instance, rid: string) =>
  heard.documents('message').filter((message) => message.rid === rid && message.t === undefined);
const textsOf = (messages: readonly Message[]) => messages.map(({ msg }) => msg);
const numbered = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('Two instances on one database', () => {
  let here: Instance;
  let there: Instance;
  beforeAll(async () => {
    const mongoUrl = freshDatabaseUrl();
    // Longer than a change stream takes on a bad day: in what order writes are heard without it is not promised.
    const patient = { streamWaitMs: 10_000 };
    [here, there] = [
      await start({ MONGO_URL: mongoUrl }, patient),
      await start({ MONGO_URL: mongoUrl }, patient),
    ];
  });
  afterAll(async () => {
    await there.service.db.dropDatabase();
    await Promise.all([here.service.stop(), there.service.stop()]);
  });

  /** A chat between a visitor of one instance and an agent of the other. */
  async function startTalk() {
    const agent = await insertAgent(there.service);
    const chat = await startChat(here.api);
    await take(agent, chat.rid);
    const answer = (msg: string) => agent.api.post('chat.sendMessage', { message: { rid: chat.rid, msg } });
    return { ...chat, answer };
  }

  it("each hear the other's messages once and in order", async () => {
    const { rid, token, answer } = await startTalk();
    for (const n of numbered(15)) {
      await say(here.api, token, rid, `${n} asked`);
      expect((await answer(`${n} answered`)).status).toBe(200);
    }
    const all = numbered(15).flatMap((n) => [`${n} asked`, `${n} answered`]);
    for (const each of [here, there]) {
      await until(async () => said(each, rid).length >= all.length);
      expect(textsOf(said(each, rid))).toEqual(all);
    }
  });

  it('hear the messages of a room in the same order, however many are written at once', async () => {
    const { rid, token, answer } = await startTalk();
    for (const round of numbered(4)) {
      await Promise.all([
        ...numbered(3).map((n) => say(here.api, token, rid, `asked ${round} ${n}`)),
        ...numbered(3).map((n) => answer(`answered ${round} ${n}`)),
      ]);
    }
    for (const each of [here, there]) await until(async () => said(each, rid).length >= 24);
    expect(textsOf(said(here, rid))).toEqual(textsOf(said(there, rid)));
    expect(new Set(textsOf(said(here, rid))).size).toBe(24);
  });

  it('hear of a room once for each message in it', async () => {
    const { rid, token } = await startTalk();
    const texts = ['one', 'two', 'three'];
    const told = ({ heard }: Instance) =>
      heard
        .documents('room')
        .filter(({ _id, lastMessage }) => _id === rid && texts.includes(String(lastMessage?.msg)))
        .map(({ lastMessage }) => lastMessage?.msg);
    for (const msg of texts) {
      await say(here.api, token, rid, msg);
      for (const each of [here, there]) await until(async () => told(each).at(-1) === msg);
    }
    for (const each of [here, there]) expect(told(each)).toEqual(texts);
  });

  it('hear of a room from its opening to its removal', async () => {
    const { rid, token } = await startTalk();
    await here.api.post('livechat/room.close', { rid, token });
    for (const { heard } of [here, there]) {
      const rooms = () => heard.documents('room').filter(({ _id }) => _id === rid);
      const seats = () => heard.documents('subscription').filter((seat) => seat.rid === rid);
      await until(
        async () => rooms().at(-1)?.open === undefined && heard.removals('subscription').length > 0,
      );
      expect(rooms().some(({ open, servedBy }) => open === true && servedBy !== undefined)).toBe(true);
      expect(rooms().at(-1)).toMatchObject({ closer: 'visitor' });
      expect(heard.removals('subscription')).toContain(seats()[0]?._id);
      expect(heard.removals('inquiry')).toHaveLength(heard.removals('subscription').length);
    }
  });

  it('hear what a Rocket.Chat beside them writes', async () => {
    const visitor = {
      _id: unique('visitor'),
      token: unique('token'),
      name: 'Beside',
      _updatedAt: new Date(),
    };
    await collection(there.service.db, 'livechat_visitor').insertOne(visitor);
    for (const { heard } of [here, there]) {
      const found = () => heard.documents('visitor').filter(({ _id }) => _id === visitor._id);
      await until(async () => found().length > 0);
      expect(found()).toEqual([visitor]);
    }
  });
});

describe('An instance on which nobody listens for page views', () => {
  it('hears of messages and their deletion, and of page views once somebody does', async () => {
    const mongoUrl = freshDatabaseUrl();
    const env = { MONGO_URL: mongoUrl, LOG_LEVEL: 'silent' };
    const [here, there] = [await start(env), await startTestService(env)];
    const { removals } = recordEvents(there.deps.events, ['message']);
    const look = (token: string) =>
      here.api.post('livechat/page.visited', {
        token,
        pageInfo: { change: 'url', title: 'Shoes', location: { href: 'https://shop.example.org/shoes' } },
      });

    await insertAgent(here.service);
    await look(unique('token'));
    const { rid, token } = await startChat(here.api);
    const { _id } = await say(here.api, token, rid, 'hello');
    await collection(there.db, 'message').deleteOne({ _id });
    await until(async () => removals('message').includes(_id));
    const { documents } = recordEvents(there.deps.events, ['page-view']);
    await look(token);
    await until(async () => documents('page-view').some(({ navigation }) => navigation.token === token));
    await there.db.dropDatabase();
    await Promise.all([here.service.stop(), there.stop()]);
  });
});

describe('An instance whose database was unreachable', () => {
  it('hears once what others wrote meanwhile', async () => {
    const mongoUrl = freshDatabaseUrl();
    const proxy = await startTcpProxy(mongoUrl);
    const { service, heard } = await start({ MONGO_URL: proxy.url });
    const others = await new MongoClient(mongoUrl).connect();
    const visitors = others.db().collection<{ _id: string }>('rocketchat_livechat_visitor');
    const store = (_id: string) => visitors.insertOne({ _id, ...{ _updatedAt: new Date() } });
    const ids = () => heard.documents('visitor').map(({ _id }) => _id);

    await store('before');
    await until(async () => ids().length === 1);
    proxy.takeAway('refusing');
    for (const n of numbered(5)) await store(`during ${n}`);
    proxy.bringBack();
    await store('after');
    await until(async () => ids().length >= 7);
    expect(ids()).toEqual(['before', ...numbered(5).map((n) => `during ${n}`), 'after']);
    await service.stop();
    await others.db().dropDatabase();
    await others.close();
    await proxy.stop();
  });
});

describe('A process that is killed', () => {
  it('between a write and its announcement leaves the announcement to the next one', async () => {
    const mongoUrl = freshDatabaseUrl();
    const { child, url } = await startServiceProcess(mongoUrl);
    const body = JSON.stringify({ visitor: { token: unique('token'), name: 'Ann' } });
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`${url}/api/v1/livechat/visitor`, { method: 'POST', headers, body });
    const { visitor } = (await answer.json()) as { visitor: { _id: string } };
    child.kill('SIGKILL');
    await once(child, 'exit');

    const next = await startTestService({ MONGO_URL: mongoUrl, LOG_LEVEL: 'silent' });
    const logger = createLogger('silent');
    const bus = new EventBus(logger);
    const heard = recordEvents(bus);
    const announcer = new Announcer({ db: next.db, bus, collections: announcedCollections, logger });
    const timing = feedTiming(() => new Date());
    const feed = await startChangeFeed({ db: next.db, announcer, bus, time: timing, logger });
    await until(async () => heard.documents('visitor').some(({ _id }) => _id === visitor._id));
    await feed.stop();
    await next.db.dropDatabase();
    await next.stop();
  });
});

describe('A service that is stopped', () => {
  it('announces everything it wrote before it ends, and nothing after', async () => {
    const { service, api, heard } = await start();
    const visitor = await registerVisitor(api);
    await service.stop();
    expect(heard.documents('visitor').map(({ _id }) => _id)).toContain(visitor._id);
    const count = heard.events.length;
    await new Promise(setImmediate);
    expect(heard.events).toHaveLength(count);
  });
});
