import { getReadiness } from '../../../src/storage/visitor-search/readiness.ts';
import { searchTiming } from '../../../src/storage/visitor-search/search-timing.ts';
import { TableFeed } from '../../../src/storage/visitor-search/table-feed.ts';
import { createVisitorSearch } from '../../../src/storage/visitor-search/visitor-search.ts';
import { patient } from '../../support/paging.ts';
import {
  openSearchDatabase,
  quietLogger,
  type SearchDatabase,
  untilIndexed,
} from '../../support/visitor-search.ts';

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

  it('says that nobody was found yet, or not all, and finds whoever is asked for to the letter', async () => {
    await database.addField('hat', { searchable: true });
    await database.insert(
      {
        name: 'Vi',
        visitorEmails: [{ address: 'vi@x.io' }],
        livechatData: { hat: 'bowler' },
        _updatedAt: new Date(0),
      },
      { name: 'Whoever was written last is known at once' },
    );
    const search = await createVisitorSearch(database.db, {
      logger: quietLogger,
      country: () => '',
      time: { ...searchTiming(() => new Date()), catchUpTimeoutMs: 50 },
    });
    const { findContact, listByNamePrefix } = search;
    const searchAll = async () => {
      const [letter, spelling, field] = [
        await findContact({ email: 'vi@x.io', customFields: {} }, patient),
        await findContact({ email: 'VI@x.io', customFields: {} }, patient),
        await findContact({ customFields: { hat: 'bowl' } }, patient),
      ];
      const [some, first] = [
        await listByNamePrefix('v', [], patient),
        await listByNamePrefix('', [], patient),
      ];
      return [
        ...[letter, spelling, field].map(({ visitor, isComplete }) => [visitor?.name, isComplete]),
        ...[some, first].map(({ visitors, isComplete }) => [visitors[0]?.name, isComplete]),
      ];
    };
    const [found, notYet] = [
      ['Vi', true],
      [undefined, false],
    ];
    expect(await searchAll()).toEqual([found, notYet, notYet, notYet, found]);
    void search.start();
    await untilIndexed(search);
    expect(await searchAll()).toEqual([found, found, found, found, found]);
    await search.stop();
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
