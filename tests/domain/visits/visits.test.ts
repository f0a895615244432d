import { getKnownVisitor, listByFirstVisit } from '../../../src/domain/visits/known-visitors.ts';
import {
  countPresent,
  listPaths,
  listPresent,
  type PresentVisitor,
} from '../../../src/domain/visits/present-visitors.ts';
import { apiClient } from '../../support/client.ts';
import { insertAgent, manualSelection, openRoom } from '../../support/conversations.ts';
import { startTestService } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';
import { insertClosedRoom, registerVisitor, unique } from '../../support/visitors.ts';
import { openPage, renamePage } from '../../support/visits.ts';

// Not in the past: by its own clock, the database removes what is old.
let now = new Date();
const clock = () => now;
const pass = (minutes: number) => {
  now = new Date(now.getTime() + minutes * 60_000);
};
const { service, anyone } = useService(manualSelection, { clock });

/** The visitor with the token, if present. */
async function present(token: string): Promise<PresentVisitor | undefined> {
  const all = await listPresent(service.deps, {});
  return all.find(({ record }) => record.tokens.includes(token));
}

async function mustBePresent(token: string): Promise<PresentVisitor> {
  const found = await present(token);
  if (found === undefined) throw new Error('the visitor is not present');
  return found;
}

const pathOf = async (visitor: PresentVisitor) =>
  ((await listPaths(service.deps, [visitor])).get(visitor.visit._id) ?? []).map(({ title, url }) => [
    title,
    url,
  ]);

describe('a visit', () => {
  it('begins with the first page, and the visitor is browsing', async () => {
    const token = await openPage(anyone, { url: 'https://shop.example/hats?a=1', title: 'Hats' });

    const { record, visit, state } = await mustBePresent(token);

    expect(state).toBe('browsing');
    expect(record).toMatchObject({ visits: 1, pageViews: 1, firstVisitAt: now });
    expect(visit).toMatchObject({
      startedAt: now,
      referrer: '',
      landingPage: 'https://shop.example/hats?a=1',
      page: { url: 'https://shop.example/hats?a=1', title: 'Hats', openedAt: now },
    });
  });

  it('has the pages in their order, under their last titles', async () => {
    const token = await openPage(anyone, { url: 'https://shop.example/', title: 'Loading' });
    await renamePage(anyone, token, 'Home');
    pass(1);
    await openPage(anyone, { token, url: 'https://shop.example/hats', title: 'Home' });
    await service.deps.visitorRecords.findByToken(token);
    await renamePage(anyone, token, 'Hats');

    const visitor = await mustBePresent(token);

    expect(visitor.record.pageViews).toBe(2);
    expect(visitor.visit.page).toMatchObject({ url: 'https://shop.example/hats', title: 'Hats' });
    await expect(pathOf(visitor)).resolves.toEqual([
      ['Home', 'https://shop.example/'],
      ['Hats', 'https://shop.example/hats'],
    ]);
  });

  it('has its last 200 pages in its path, however many there were', async () => {
    const token = await openPage(anyone);
    const { record } = await mustBePresent(token);
    const pages = Array.from({ length: 250 }, (_, n) => ({
      ...{ _id: unique('page'), token, url: `https://shop.example/${n}`, title: String(n), greeting: '' },
      openedAt: new Date(now.getTime() + n + 1),
    }));
    await service.db.collection<{ _id: string }>('foyer_page_view').insertMany(pages);
    await service.db
      .collection<{ _id: string }>('foyer_visitor')
      .updateOne({ _id: record.recordId }, { $set: { 'visit.pageViews': 251 } });

    const path = await pathOf(await mustBePresent(token));

    expect(path).toHaveLength(200);
    expect([path[0], path.at(-1)]).toEqual([
      ['50', 'https://shop.example/50'],
      ['249', 'https://shop.example/249'],
    ]);
  });

  it('goes on for thirty minutes without a sign, and then another one begins', async () => {
    const token = await openPage(anyone);
    const first = await mustBePresent(token);
    pass(29);
    await openPage(anyone, { token });
    const second = await mustBePresent(token);
    pass(30);
    await openPage(anyone, { token });
    const third = await mustBePresent(token);

    expect(second.visit._id).toBe(first.visit._id);
    expect(third.visit._id).not.toBe(first.visit._id);
    expect(third.record).toMatchObject({ visits: 2, pageViews: 3, previousVisitAt: first.visit.startedAt });
    expect(third.visit.pageViews).toBe(1);
    const { visits } = await getKnownVisitor(service.deps, { by: 'number', value: third.record.number });
    expect(visits.map(({ pageViews }) => pageViews)).toEqual([1, 2]);
  });

  it('leaves the list five minutes after the last page, and the counts stay', async () => {
    const token = await openPage(anyone);
    await expect(present(token)).resolves.toBeDefined();
    pass(5);

    await expect(present(token)).resolves.toBeUndefined();
    await expect(service.deps.visitorRecords.findByToken(token)).resolves.toMatchObject({ visits: 1 });
  });

  it('keeps nothing of address and user agent unless the setting allows it', async () => {
    const { visit } = await mustBePresent(await openPage(anyone));

    expect(visit.device).toMatchObject({ ip: '', userAgent: '', browser: '', host: '' });
  });
});

describe('the ids of a visitor', () => {
  it('are kept when they register, and Rocket.Chat has no visitor until then', async () => {
    const token = await openPage(anyone);
    const before = await mustBePresent(token);
    await expect(
      service.db.collection('rocketchat_livechat_visitor').countDocuments({ token }),
    ).resolves.toBe(0);

    const visitor = await registerVisitor(anyone, { token });

    const { record, state } = await mustBePresent(token);
    expect(visitor._id).toBe(before.record.id);
    expect(record).toMatchObject({
      id: before.record.id,
      number: before.record.number,
      liveChatId: before.record.liveChatId,
      visitorId: visitor._id,
    });
    expect(state).toBe('logging into chat');
  });

  it('lead to the same visitor, whichever is named', async () => {
    const { record } = await mustBePresent(await openPage(anyone));

    for (const reference of [
      { by: 'id', value: record.id },
      { by: 'number', value: record.number },
      { by: 'liveChatId', value: record.liveChatId },
    ] as const) {
      await expect(getKnownVisitor(service.deps, reference)).resolves.toMatchObject({
        record: { number: record.number },
      });
    }
    expect(record.liveChatId).toMatch(/^S\d{10}\.[0-9a-f]{10}$/);
  });

  it('are those of the token and of the id that the visitor registered under', async () => {
    const token = await openPage(anyone);
    const before = await mustBePresent(token);
    const id = unique('visitor');

    await registerVisitor(anyone, { token, id });

    const found = await getKnownVisitor(service.deps, { by: 'id', value: before.record.id });
    expect(found.record).toMatchObject({ id, number: before.record.number });
    await expect(getKnownVisitor(service.deps, { by: 'id', value: id })).resolves.toMatchObject({
      record: { number: before.record.number },
    });
  });

  it('sort by the first visit', async () => {
    pass(1);
    const first = await openPage(anyone);
    pass(1);
    const second = await openPage(anyone);

    const newest = await listByFirstVisit(service.deps, { offset: 0, count: 2 });

    expect(newest.map(({ record }) => record.tokens[0])).toEqual([second, first]);
  });

  it('are given to a visitor who registers without having opened a page', async () => {
    const { _id, token } = await registerVisitor(anyone);

    const { record, visit } = await mustBePresent(token);

    expect(record).toMatchObject({ id: _id, visitorId: _id, visits: 1, pageViews: 0 });
    expect(visit.landingPage).toBe('');
  });

  it('refuses those that nobody has', async () => {
    await expect(getKnownVisitor(service.deps, { by: 'number', value: 1 })).rejects.toThrow(
      'visitor-not-found',
    );
  });
});

describe('the state of a visitor', () => {
  it('follows their room from the queue to its end', async () => {
    const agent = await insertAgent(service);
    const { token } = await registerVisitor(anyone);
    const room = await openRoom(anyone, { token });
    const queued = await mustBePresent(token);
    const inquiries = await agent.api.get('livechat/inquiries.getOne', { roomId: room._id });
    await agent.api.post('livechat/inquiries.take', { inquiryId: inquiries.body.inquiry._id });
    const chatting = await mustBePresent(token);
    pass(1);
    await anyone.post('livechat/room.close', { rid: room._id, token });
    const closed = await mustBePresent(token);

    expect([queued.state, chatting.state, closed.state]).toEqual(['queued', 'chatting', 'chat closed']);
    expect(chatting.chats?.last).toMatchObject({ roomId: room._id, servedBy: { username: agent.username } });
    expect(closed.chats).toMatchObject({ chats: 1, totalDurationMs: 60_000 });
    await expect(countPresent(service.deps, { state: 'chat closed' })).resolves.toBe(1);
  });

  it('is browsing in a visit after that of their last room', async () => {
    const visitor = await registerVisitor(anyone);
    await insertClosedRoom(service.db, visitor, { ts: now, closedAt: now });
    await expect(mustBePresent(visitor.token)).resolves.toMatchObject({ state: 'chat closed' });
    pass(31);
    await openPage(anyone, { token: visitor.token });

    await expect(mustBePresent(visitor.token)).resolves.toMatchObject({ state: 'browsing' });
  });
});

describe('somebody who turns out to be known', () => {
  it('brings their visits, and their old ids lead to the known one', async () => {
    const known = await registerVisitor(anyone, { email: `${unique('ann')}@example.org` });
    const token = await openPage(anyone);
    const before = await mustBePresent(token);
    const own = await service.deps.visitorRecords.findByToken(known.token);
    await service.deps.visitSigns.note({ token, at: now, visitorId: known._id });

    const { record } = await getKnownVisitor(service.deps, { by: 'number', value: before.record.number });

    expect(record).toMatchObject({ number: own?.number, visitorId: known._id, pageViews: 1, visits: 2 });
    expect(record.tokens).toEqual([known.token, token]);
    await expect(mustBePresent(token)).resolves.toMatchObject({ visitor: { _id: known._id } });
  });
});

describe('two instances', () => {
  it('agree, and begin one visit between them', async () => {
    const other = await startTestService({ ...manualSelection, MONGO_URL: service.mongoUrl }, { clock });
    try {
      const token = unique('token');
      await Promise.all([openPage(anyone, { token }), openPage(apiClient(other.app), { token })]);
      await Promise.all([listPresent(service.deps, {}), listPresent(other.deps, {})]);

      const [here] = (await listPresent(service.deps, {})).filter(({ record }) =>
        record.tokens.includes(token),
      );
      const there = (await listPresent(other.deps, {})).filter(({ record }) => record.tokens.includes(token));

      expect(here?.record).toMatchObject({ visits: 1, pageViews: 2 });
      expect(there).toEqual([here]);
    } finally {
      await other.stop();
    }
  });
});

describe('a clock that jumps', () => {
  it('back by an hour makes no other visit, and no visitor leave', async () => {
    const token = await openPage(anyone, { title: 'Before' });
    const { visit } = await mustBePresent(token);
    pass(-60);
    await openPage(anyone, { token, title: 'After' });
    const after = await mustBePresent(token);
    expect(after.record).toMatchObject({ visits: 1, pageViews: 2 });
    expect(after.visit._id).toBe(visit._id);
    expect(after.visit.lastSeenAt.getTime()).toBeGreaterThanOrEqual(after.visit.startedAt.getTime());
    pass(60);
  });

  it('ahead by a year and back again ends one visit, and loses nothing', async () => {
    const token = await openPage(anyone, { title: 'Before' });
    await mustBePresent(token);
    const year = 365 * 24 * 60;
    pass(year);
    await openPage(anyone, { token, title: 'Then' });
    await mustBePresent(token);
    pass(-year);
    await openPage(anyone, { token, title: 'After' });
    const after = await mustBePresent(token);
    expect(after.record).toMatchObject({ visits: 2, pageViews: 3 });
    expect(after.visit.pageViews).toBe(2);
  });
});
