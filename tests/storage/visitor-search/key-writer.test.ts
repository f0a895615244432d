import type { Collection, Filter, FindOptions } from 'mongodb';
import type { Visitor } from '../../../src/domain/visitors/visitor.ts';
import { refreshKeys } from '../../../src/storage/visitor-search/key-writer.ts';
import { openSearchDatabase, type SearchDatabase } from '../../support/visitor-search.ts';

describe('writing keys', () => {
  let database: SearchDatabase;
  beforeEach(async () => {
    database = await openSearchDatabase();
  });
  afterEach(() => database.drop());

  const refresh = () => refreshKeys(database, ['a'], []);
  const storedName = async () => (await database.keys.findOne({ _id: 'a' }))?.name;

  /** The visitors as a slow reader sees them: something happens between its first look and its answer. */
  function slowly(happens: () => Promise<unknown>): Collection<Visitor> {
    let isFirst = true;
    const find = (filter: Filter<Visitor>, options?: FindOptions) => {
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
    return { find } as unknown as Collection<Visitor>;
  }

  it('does not restore an older name that a faster writer has replaced', async () => {
    await database.insert({ _id: 'a', name: 'first' });
    await refresh();
    await database.update('a', { name: 'second' });
    const visitors = slowly(async () => {
      await database.update('a', { name: 'third' });
      await refresh();
    });
    await refreshKeys({ ...database, visitors }, ['a'], []);
    expect(await storedName()).toBe('third');
  });

  it('does not bring back a visitor who was disabled before their first keys were written', async () => {
    await database.insert({ _id: 'a', name: 'first' });
    const visitors = slowly(async () => {
      await database.visitors.updateOne({ _id: 'a' }, { $set: { disabled: true }, $unset: { name: 1 } });
      await refresh();
    });
    await refreshKeys({ ...database, visitors }, ['a'], []);
    expect((await database.keys.findOne({ _id: 'a' }))?.suffixes).toEqual([]);
  });

  it('does not remove the keys of a visitor who came back', async () => {
    await database.insert({ _id: 'a', name: 'first' });
    await refresh();
    await database.visitors.deleteOne({ _id: 'a' });
    const visitors = slowly(async () => {
      await database.insert({ _id: 'a', name: 'again' });
      await refresh();
    });
    await refreshKeys({ ...database, visitors }, ['a'], []);
    expect(await storedName()).toBe('again');
  });

  it('writes nothing if the keys are up to date', async () => {
    await database.insert({ _id: 'a', name: 'first' });
    expect(await refresh()).toBe(1);
    expect(await refresh()).toBe(0);
  });
});
