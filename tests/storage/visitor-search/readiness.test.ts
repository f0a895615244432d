import { getReadiness } from '../../../src/storage/visitor-search/readiness.ts';
import { TableFeed } from '../../../src/storage/visitor-search/table-feed.ts';
import { openSearchDatabase, type SearchDatabase } from '../../support/visitor-search.ts';

const rules = { fieldIds: [], country: '' };

describe('waiting until visitors can be searched', () => {
  let database: SearchDatabase;
  beforeEach(async () => {
    database = await openSearchDatabase();
  });
  afterEach(() => database.drop());

  it('does not wait for ever for what is being read', async () => {
    const feed = new TableFeed(database.visitors, rules);
    const time = { catchUpTimeoutMs: 50 };
    const readRules = async () => rules;
    const never = () => new Promise<boolean>(() => undefined);
    const caughtUp = async () => true;
    const isComplete = async (catchUp: () => Promise<boolean>) =>
      (await getReadiness({ readRules, feed, follower: { catchUp }, time })).isComplete;
    expect(await isComplete(caughtUp)).toBe(false);
    await feed.fillNext();
    expect(await isComplete(caughtUp)).toBe(true);
    expect(await isComplete(never)).toBe(false);
  });

  it('does not let every search wait while a large database is being read', async () => {
    const feed = {
      check: () => undefined,
      isWhole: false,
      incompleteForMs: 5_000,
      whenFilled: () => new Promise<void>(() => undefined),
    };
    const parts = {
      readRules: async () => rules,
      feed,
      follower: { catchUp: async () => true },
      time: { catchUpTimeoutMs: 5_000 },
    };
    const startedAt = performance.now();
    expect((await getReadiness(parts)).isComplete).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(parts.time.catchUpTimeoutMs);
  });
});
