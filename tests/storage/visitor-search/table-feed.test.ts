import type { Collection, Filter, FindOptions } from 'mongodb';
import type { Visitor } from '../../../src/domain/visitors/visitor.ts';
import type { TableQuery } from '../../../src/storage/visitor-search/table/visitor-table.ts';
import { TableFeed } from '../../../src/storage/visitor-search/table-feed.ts';
import { inSlices } from '../../../src/storage/visitor-search/time-slices.ts';
import { openSearchDatabase, type SearchDatabase } from '../../support/visitor-search.ts';

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

  /** The visitors as a slow reader sees them: something happens between its first look and its answer. */
  function slowly(happens: () => Promise<unknown>): Collection<Visitor> {
    let isFirst = true;
    const read = (filter: Filter<Visitor>, options?: FindOptions) => {
      const cursor = database.visitors.find(filter, options);
      const toArray = cursor.toArray.bind(cursor);
      cursor.toArray = async () => {
        const seen = await toArray();
        if (isFirst) await happens();
        isFirst = false;
        return seen;
      };
      return cursor;
    };
    return { find: read } as unknown as Collection<Visitor>;
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
