import { runBackground } from '../../../src/storage/visitor-search/background.ts';
import { searchTiming } from '../../../src/storage/visitor-search/search-timing.ts';
import { TableFeed } from '../../../src/storage/visitor-search/table-feed.ts';
import { openSearchDatabase, quietLogger, until } from '../../support/visitor-search.ts';

const rules = { fieldIds: [], country: '' };

it('keeps sorting quick while the table is filled and ever after', async () => {
  const database = await openSearchDatabase();
  await database.insert(...Array.from({ length: 1_200 }, (_, n) => ({ _id: `v${1_000 + n}` })));
  const feed = new TableFeed(database.visitors, rules);
  const countsWhenRenewed: number[] = [];
  feed.renewRanks = async () => void countsWhenRenewed.push(feed.filledCount);
  const stopping = new AbortController();
  const work = runBackground(
    {
      visitors: database.visitors,
      readRules: async () => rules,
      feed,
      follower: { note: () => undefined, catchUp: async () => true },
      time: { ...searchTiming(() => new Date()), pollMs: 1 },
      logger: quietLogger,
      visitorsSearchable: () => undefined,
    },
    stopping.signal,
  );
  await until(async () => countsWhenRenewed.length > 5);
  stopping.abort();
  await work;
  expect(countsWhenRenewed.slice(0, 6)).toEqual([250, 500, 750, 1_000, 1_200, 1_200]);
  await database.drop();
});

it('does not say that all visitors can be searched where a stop ends the reading', async () => {
  const database = await openSearchDatabase();
  await database.insert(...Array.from({ length: 1_200 }, (_, n) => ({ _id: `v${1_000 + n}` })));
  const feed = new TableFeed(database.visitors, rules);
  const stopping = new AbortController();
  const said: string[] = [];
  let elapsedMs = 0;
  await runBackground(
    {
      visitors: database.visitors,
      readRules: async () => rules,
      feed,
      follower: { note: () => undefined, catchUp: async () => true },
      time: { ...searchTiming(() => new Date()), elapsedMs: () => (elapsedMs += 20_000) },
      logger: {
        ...quietLogger,
        info: (_: object, message: string) => void said.push(message),
      } as typeof quietLogger,
      visitorsSearchable: (count) => count > 0 && stopping.abort(),
    },
    stopping.signal,
  );
  expect(said).toEqual(['visitors are being read, to be searched']);
  await database.drop();
});
