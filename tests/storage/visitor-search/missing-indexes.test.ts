import { type Document, MongoClient } from 'mongodb';
import { searchTiming } from '../../../src/storage/visitor-search/search-timing.ts';
import {
  createVisitorSearch,
  type RunningVisitorSearch,
} from '../../../src/storage/visitor-search/visitor-search.ts';
import { patient } from '../../support/paging.ts';
import { freshDatabaseUrl } from '../../support/service.ts';
import {
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

  it('a search for a contact that no index serves ends after two seconds', async () => {
    const client = await new MongoClient(freshDatabaseUrl(), { monitorCommands: true }).connect();
    try {
      const finds: Document[] = [];
      client.on('commandStarted', ({ command }) => {
        if (command.filter?.['visitorEmails.address']) finds.push(command);
      });
      const { findContact } = await createVisitorSearch(client.db(), {
        logger: quietLogger,
        country: () => '',
        time: searchTiming(() => new Date()),
        indexBuild: { isBuilding: (collection) => collection === 'rocketchat_livechat_visitor' },
      });
      await findContact({ email: 'a@x.io', customFields: {} }, patient).catch(() => undefined);
      expect(finds).toMatchObject([{ maxTimeMS: 2_000 }]);
    } finally {
      await client.close();
    }
  });
});
