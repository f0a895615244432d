import { PassThrough } from 'node:stream';
import { systemClock } from '../../../src/domain/clock.ts';
import { randomIds } from '../../../src/domain/ids.ts';
import { collect } from '../../../src/domain/paging.ts';
import type { Visitor } from '../../../src/domain/visitors/visitor.ts';
import { SliceScheduler } from '../../../src/storage/memory-table/slice-scheduler.ts';
import { createFollower } from '../../../src/storage/visitor-search/follower.ts';
import { searchTiming } from '../../../src/storage/visitor-search/search-timing.ts';
import { TableFeed } from '../../../src/storage/visitor-search/table-feed.ts';
import { searchTerm } from '../../../src/storage/visitor-search/term-search.ts';
import type { RunningVisitorSearch } from '../../../src/storage/visitor-search/visitor-search.ts';
import {
  firstPage,
  openSearchDatabase,
  type SearchDatabase,
  startSearch,
  until,
  untilIndexed,
} from '../../support/visitor-search.ts';

const minuteMs = 60_000;
const neverMs = 24 * 60 * minuteMs;
const rules = { fieldIds: [], country: '' };

describe('the search follows visitors', () => {
  let database: SearchDatabase;
  let running: RunningVisitorSearch[];
  beforeEach(async () => {
    database = await openSearchDatabase();
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((each) => each.stop()));
    await database.drop();
  });

  /** A search that looks only when it is asked, by clocks that the test sets. */
  async function startAt(now: Date) {
    const clock = { now, elapsedMs: 0 };
    const search = await startSearch(database, {
      now: () => clock.now,
      elapsedMs: () => clock.elapsedMs,
      pollMs: 20,
      sweepPauseMs: neverMs,
    });
    running.push(search);
    await untilIndexed(search);
    const pass = (ms: number) => {
      clock.now = new Date(clock.now.getTime() + ms);
      clock.elapsedMs += ms;
    };
    const find = async (term: string) => {
      const { items, total, isComplete } = await search.search(term, firstPage);
      const visitors = await collect(items);
      expect(isComplete).toBe(true);
      expect(total).toBe(visitors.length);
      return visitors.map(({ _id }) => _id).sort();
    };
    return { search, pass, find, clock };
  }
  const start = () => startAt(new Date());

  it('finds at once what a Rocket.Chat beside it stored, changed, disabled and renamed', async () => {
    const { find } = await start();
    await database.insert({ _id: 'a', name: 'Anna' });
    expect(await find('anna')).toEqual(['a']);
    await database.update('a', { name: 'Berta' });
    expect(await find('anna')).toEqual([]);
    expect(await find('berta')).toEqual(['a']);
    await database.visitors.updateOne(
      { _id: 'a' },
      { $set: { disabled: true, _updatedAt: new Date() }, $unset: { name: 1, token: 1 } },
    );
    expect(await find('berta')).toEqual([]);
    expect(await find('')).toEqual([]);
  });

  it('finds at once what it is told of, even without a date', async () => {
    const { search, find } = await start();
    await database.visitors.insertOne({ _id: 'a', name: 'Anna' });
    search.visitorWritten('a');
    expect(await find('anna')).toEqual(['a']);
  });

  it('sees a second change that bears the same date', async () => {
    const { find } = await start();
    const date = new Date();
    await database.insert({ _id: 'a', name: 'Anna', _updatedAt: date });
    expect(await find('anna')).toEqual(['a']);
    await database.update('a', { name: 'Berta' }, date);
    expect(await find('berta')).toEqual(['a']);
  });

  it('sees many visitors that bear one date', async () => {
    const { find } = await start();
    const _updatedAt = new Date();
    const many = Array.from({ length: 1_200 }, (_, index) => ({ name: `Many ${index}`, _updatedAt }));
    await database.insert(...many);
    expect(await find('many 1199')).toHaveLength(1);
    expect(await find('many 0')).toHaveLength(1);
  });

  it('sees what a writer stores whose clock is half a minute behind', async () => {
    const { pass, find, clock } = await start();
    for (const name of ['Anna', 'Berta', 'Clara']) {
      await database.insert({ name, _updatedAt: clock.now });
      expect(await find(name)).toHaveLength(1);
      pass(10_000);
      await database.insert({ name: `late ${name}`, _updatedAt: new Date(clock.now.getTime() - 30_000) });
      expect(await find(`late ${name}`)).toHaveLength(1);
      pass(10_000);
    }
  });

  it('sees what all writers store when their clocks are far from the one here', async () => {
    for (const offset of [-60 * minuteMs, 60 * minuteMs]) {
      const { pass, find, clock } = await start();
      for (const name of ['one', 'two', 'three']) {
        const theirs = new Date(clock.now.getTime() + offset);
        await database.insert({ name: `${name} ${offset}`, _updatedAt: theirs });
        expect(await find(`${name} ${offset}`)).toHaveLength(1);
        pass(2 * minuteMs);
        await find('nobody');
      }
    }
  });

  it('is not blinded by a visitor dated into the future', async () => {
    const { pass, find, clock } = await start();
    await database.insert({ _id: 'a', name: 'Anna', _updatedAt: new Date('2099-01-01') });
    expect(await find('anna')).toEqual(['a']);
    pass(5 * minuteMs);
    expect(await find('anna')).toEqual(['a']);
    await database.insert({ _id: 'b', name: 'Berta', _updatedAt: clock.now });
    expect(await find('berta')).toEqual(['b']);
  });

  it('looks at nothing twice once nothing changes', async () => {
    const { pass, find } = await start();
    await database.insert({ _id: 'a', name: 'Anna' });
    await find('anna');
    pass(5 * minuteMs);
    await find('anna');
    // Changed behind the watermark: whoever looked again would notice.
    await database.visitors.updateOne({ _id: 'a' }, { $set: { name: 'Berta' } });
    expect(await find('berta')).toEqual([]);
  });

  it('removes a visitor whose document is gone from the next answer it would be in', async () => {
    const { find } = await start();
    await database.insert({ _id: 'a', name: 'Anna' }, { _id: 'b', name: 'Annabel' });
    expect(await find('anna')).toEqual(['a', 'b']);
    await database.visitors.deleteOne({ _id: 'a' });
    expect(await find('anna')).toEqual(['b']);
  });

  it('finds in time what was changed without a date', async () => {
    await database.insert({ _id: 'a', name: 'Anna' }, { _id: 'b', name: 'Berta' });
    const search = await startSearch(database, { sweepPauseMs: 0 });
    running.push(search);
    await untilIndexed(search);
    await database.visitors.updateOne({ _id: 'a' }, { $set: { name: 'Clara' }, $unset: { _updatedAt: 1 } });
    await database.visitors.deleteOne({ _id: 'b' });
    await until(async () => (await search.search('clara', firstPage)).total === 1);
    await until(async () => (await search.search('e', firstPage)).total === 0);
  });

  it('reads all visitors after a start, more than one batch of them', async () => {
    const many = Array.from({ length: 1_700 }, (_, index) => ({ _id: `v${index}`, name: `Cold ${index}` }));
    await database.insert(...many);
    const { find, search } = await start();
    expect(await find('cold 1699')).toEqual(['v1699']);
    expect((await search.search('cold 16', firstPage)).total).toBe(111);
  });

  it('says that it is partial while visitors are still being read, but finds what is found as a whole', async () => {
    await database.insert({
      _id: 'a',
      name: 'Anna',
      username: 'guest-1',
      visitorEmails: [{ address: 'anna@x.io' }],
      phone: [{ phoneNumber: '+4930123' }],
    });
    const feed = new TableFeed(database.visitors, rules);
    const searched = { visitors: database.visitors, feed, scheduler: new SliceScheduler() };
    const filling = { rules, isComplete: false };
    for (const term of ['Anna@x.io', '+4930123', 'guest-1']) {
      const { items, isComplete } = await searchTerm(searched, filling, term, firstPage);
      expect([term, await collect(items), isComplete]).toMatchObject([term, [{ _id: 'a' }], false]);
    }
    const others = new TableFeed(database.visitors, rules);
    const early = await searchTerm({ ...searched, feed: others }, filling, 'Anna', firstPage);
    expect(early).toMatchObject({ total: 0, isComplete: false });
  });

  it('follows what Foyer wrote without waiting for an import', async () => {
    const imported = new PassThrough({ objectMode: true });
    const visitors: typeof database.visitors = Object.create(database.visitors, {
      find: {
        value: (filter: object, options: object) =>
          '_updatedAt' in filter ? imported : database.visitors.find(filter, options),
      },
    });
    const refreshed: string[] = [];
    const follower = createFollower({
      visitors,
      refresh: async (ids) => void refreshed.push(...ids),
      time: searchTiming(systemClock),
      startAt: new Date(),
    });
    const importing = follower.catchUp();
    await database.insert({ _id: 'own', name: 'Anna' });
    follower.note('own');
    const following = follower.catchUp();
    await until(async () => refreshed.includes('own'));
    imported.end();
    await Promise.all([importing, following]);
  });

  it('takes up at the next start what was written while it was down', async () => {
    const first = await start();
    await database.insert({ _id: 'a', name: 'Anna' });
    expect(await first.find('anna')).toEqual(['a']);
    await first.search.stop();
    await database.update('a', { name: 'Berta' });
    const second = await start();
    expect(await second.find('berta')).toEqual(['a']);
    expect(await second.find('anna')).toEqual([]);
  });

  it('reads everyone again when other custom fields become searchable', async () => {
    await database.insert({ _id: 'a', livechatData: { city: 'Ulm', pet: 'cat' } });
    await database.addField('pet', { searchable: true });
    const { search, find } = await start();
    expect(await find('cat')).toEqual(['a']);
    expect(await find('ulm')).toEqual([]);
    await database.addField('city', { searchable: true });
    await database.addField('room', { searchable: true, scope: 'room' });
    expect((await search.search('ulm', firstPage)).total).toBe(1);
    await untilIndexed(search);
    expect(await find('ulm')).toEqual(['a']);
    await database.removeField('pet');
    expect((await search.search('cat', firstPage)).total).toBe(0);
    await untilIndexed(search);
    expect(await find('cat')).toEqual([]);
  });

  it('ends with the last state when several instances and writers race', async () => {
    const searches = await Promise.all([start(), start(), start()]);
    await database.insert(...Array.from({ length: 10 }, (_, index) => ({ _id: `v${index}`, name: 'first' })));
    const write = async (round: number): Promise<void> => {
      for (let index = 0; index < 10; index += 1)
        await database.update(`v${index}`, { name: `round ${round}` });
    };
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([write(round), ...searches.map(({ search }) => search.search('round', firstPage))]);
    }
    await database.visitors.updateMany({}, { $set: { name: 'last', _updatedAt: new Date() } });
    for (const { find } of searches) {
      expect(await find('last')).toHaveLength(10);
      expect(await find('round')).toEqual([]);
    }
  });

  it('survives documents of unusual shape', async () => {
    await database.addField('city', { searchable: true });
    const { find } = await start();
    const odd = {
      name: 5,
      username: null,
      livechatData: null,
      visitorEmails: 'x',
      phone: [null, { phoneNumber: 7 }],
    };
    await database.visitors.insertOne({
      _id: randomIds.hexId(),
      _updatedAt: new Date(),
      ...odd,
    } as unknown as Visitor);
    expect(await find('5')).toEqual([]);
    expect(await find('')).toHaveLength(1);
  });
});
