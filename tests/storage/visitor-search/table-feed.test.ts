import type { Collection, Filter, FindOptions } from 'mongodb';
import type { Visitor } from '../../../src/domain/visitors/visitor.ts';
import { inSlices } from '../../../src/storage/memory-table/time-slices.ts';
import type { TableQuery } from '../../../src/storage/visitor-search/table/visitor-table.ts';
import { TableFeed } from '../../../src/storage/visitor-search/table-feed.ts';
import { openSearchDatabase, type SearchDatabase, until } from '../../support/visitor-search.ts';

const rules = { fieldIds: [], country: '' };
const query = (term: string): TableQuery => ({
  term,
  sort: { field: 'ts', direction: 1 },
  offset: 0,
  limit: 50,
});

describe('filling the table', () => {
  let database: SearchDatabase;
  beforeEach(async () => {
    database = await openSearchDatabase();
  });
  afterEach(() => database.drop());

  const find = async (feed: TableFeed, term: string) => (await inSlices(feed.table.find(query(term)))).ids;

  /** The visitors as a reader sees them to whom something happens between the database's answer and their reading it. */
  function watched(happens: (answer: Visitor[]) => Promise<Visitor[]>): Collection<Visitor> {
    const read = (filter: Filter<Visitor>, options?: FindOptions) => {
      const cursor = database.visitors.find(filter, options);
      const toArray = cursor.toArray.bind(cursor);
      cursor.toArray = async () => happens(await toArray());
      return cursor;
    };
    return { find: read } as unknown as Collection<Visitor>;
  }

  /** A reader to whom something happens during the first look. */
  function slowly(happens: () => Promise<unknown>): Collection<Visitor> {
    let isFirst = true;
    return watched(async (answer) => {
      if (isFirst) await happens();
      isFirst = false;
      return answer;
    });
  }

  it('does not restore an older name that was read before a newer one', async () => {
    await database.insert({ _id: 'a', name: 'first' });
    let second: Promise<void> | undefined;
    const visitors = slowly(async () => {
      await database.update('a', { name: 'second' });
      second = feed.refresh(['a']);
    });
    const feed = new TableFeed(visitors, rules);
    await feed.fillNext();
    await second;
    expect(await find(feed, 'first')).toEqual([]);
    expect(await find(feed, 'second')).toEqual(['a']);
  });

  it('does not bring back a visitor who was disabled or removed meanwhile', async () => {
    await database.insert({ _id: 'a', name: 'first' }, { _id: 'b', name: 'first' });
    let second: Promise<void> | undefined;
    const visitors = slowly(async () => {
      await database.visitors.updateOne({ _id: 'a' }, { $set: { disabled: true } });
      await database.visitors.deleteOne({ _id: 'b' });
      second = feed.refresh(['a', 'b']);
    });
    const feed = new TableFeed(visitors, rules);
    await feed.fillNext();
    await second;
    expect(await find(feed, 'first')).toEqual([]);
    expect(feed.table.count).toBe(0);
  });

  it('does not take over what was read ahead of a newer reading', async () => {
    const many = Array.from({ length: 300 }, (_, n) => ({ _id: `v${1_000 + n}`, name: 'first' }));
    await database.insert(...many);
    let reads = 0;
    const visitors = watched(async (answer) => {
      reads += 1;
      return answer;
    });
    const feed = new TableFeed(visitors, rules);
    await feed.fillNext();
    await until(async () => reads === 2);
    await database.update('v1299', { name: 'second' });
    await feed.refresh(['v1299']);
    await feed.fillNext();
    expect(await find(feed, 'second')).toEqual(['v1299']);
    expect([feed.isWhole, feed.table.count]).toEqual([true, 300]);
  });

  it('goes on after a reading ahead that failed', async () => {
    await database.insert(...Array.from({ length: 300 }, (_, n) => ({ _id: `v${1_000 + n}` })));
    let reads = 0;
    const feed = new TableFeed(
      watched(async (answer) => {
        reads += 1;
        if (reads === 2) throw new Error('the database is away');
        return answer;
      }),
      rules,
    );
    await feed.fillNext();
    await expect(feed.fillNext()).rejects.toThrow('the database is away');
    await feed.fillNext();
    expect([feed.isWhole, feed.table.count]).toEqual([true, 300]);
  });

  it('goes on with the table that there is while one with fewer unused rows is filled', async () => {
    await database.insert({ _id: 'a', name: 'name 0' }, { _id: 'b', name: 'other' });
    const feed = new TableFeed(database.visitors, rules);
    await feed.fillNext();
    const first = feed.table;
    Object.defineProperty(first, 'unusedRows', { value: 60_000 });
    feed.check(rules);
    expect(feed.isFilling).toBe(true);
    expect(feed.isWhole).toBe(true);
    await database.update('a', { name: 'name 1' });
    await feed.refresh(['a']);
    expect(await find(feed, 'name 1')).toEqual(['a']);
    await feed.fillNext();
    expect(feed.table).not.toBe(first);
    expect([await find(feed, 'name'), await find(feed, 'other')]).toEqual([['a'], ['b']]);
    expect(feed.isFilling).toBe(false);
  });
});
