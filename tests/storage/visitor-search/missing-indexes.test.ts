import { collect } from '../../../src/domain/paging.ts';
import { searchTiming } from '../../../src/storage/visitor-search/search-timing.ts';
import {
  createVisitorSearch,
  type RunningVisitorSearch,
} from '../../../src/storage/visitor-search/visitor-search.ts';
import { patient } from '../../support/paging.ts';
import {
  firstPage,
  openSearchDatabase,
  quietLogger,
  type SearchDatabase,
  startSearch,
  untilIndexed,
} from '../../support/visitor-search.ts';

describe('while indexes of the visitors are being built', () => {
  let database: SearchDatabase;
  let search: RunningVisitorSearch | undefined;
  beforeEach(async () => {
    database = await openSearchDatabase();
  });
  afterEach(async () => {
    await search?.stop();
    await database.drop();
  });

  it('the first names are suggested from memory, without those who have none', async () => {
    await database.insert(
      { _id: 'b', name: 'Berta' },
      { _id: 'n', username: 'guest-1' },
      { _id: 'a', name: 'Anna' },
      { _id: 'c', name: 'Clara' },
    );
    search = await startSearch(database);
    await untilIndexed(search);
    await database.visitors.dropIndex('foyer_by_name');
    const found = await search.listByNamePrefix('', ['b'], patient);
    expect(found.visitors.map(({ name }) => name)).toEqual(['Anna', 'Clara']);
  });

  describe('by which contacts are looked up', () => {
    const byAddress = (email: string) => search?.findContact({ email, customFields: {} }, patient);
    beforeEach(async () => {
      await database.insert(
        { _id: 'a', visitorEmails: [{ address: 'VI@x.io' }], _updatedAt: new Date(0) },
        { _id: 'b', visitorEmails: [{ address: 'vi@x.io' }], _updatedAt: new Date(0) },
        { _id: 'whoever was written last is known at once' },
      );
      await database.visitors.dropIndex('foyer_by_email');
    });

    it('they are found in memory, first who has the address to the letter', async () => {
      search = await startSearch(database);
      await untilIndexed(search);
      for (const [email, id] of [
        ['vi@x.io', 'b'],
        ['VI@x.io', 'a'],
      ] as const)
        expect(await byAddress(email)).toMatchObject({ visitor: { _id: id }, isComplete: true });
    });

    it("they are found by Rocket.Chat's index, or else not yet, while visitors are being read", async () => {
      search = await createVisitorSearch(database.db, {
        logger: quietLogger,
        country: () => '',
        time: { ...searchTiming(() => new Date()), catchUpTimeoutMs: 50 },
      });
      expect(await byAddress('vi@x.io')).toEqual({ visitor: null, isComplete: false });
      await database.visitors.createIndex({ 'visitorEmails.address': 1 }, { sparse: true });
      expect(await byAddress('vi@x.io')).toMatchObject({ visitor: { _id: 'b' }, isComplete: true });
      const { items } = await search.search('vi@x.io', firstPage);
      expect((await collect(items)).map(({ _id }) => _id)).toEqual(['b']);
    });
  });
});
