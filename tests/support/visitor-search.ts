import type { CustomField } from '../../src/domain/custom-fields/custom-field.ts';
import { randomIds } from '../../src/domain/ids.ts';
import type { Visitor } from '../../src/domain/visitors/visitor.ts';
import type { VisitorPageRequest } from '../../src/domain/visitors/visitor-search.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { indexes } from '../../src/storage/indexes.ts';
import { connectDatabase, type Database } from '../../src/storage/mongodb/client.ts';
import { type SearchTiming, searchTiming } from '../../src/storage/visitor-search/search-timing.ts';
import {
  createVisitorSearch,
  type RunningVisitorSearch,
} from '../../src/storage/visitor-search/visitor-search.ts';
import { ensureIndexes } from './ensure-indexes.ts';
import { freshDatabaseUrl } from './service.ts';

export const quietLogger = createLogger('error');

/** A database of its own with Foyer's indexes, as a Rocket.Chat beside it sees it. */
export interface SearchDatabase extends Database {
  insert(...visitors: Partial<Visitor>[]): Promise<void>;
  update(id: string, change: Partial<Visitor>, updatedAt?: Date): Promise<void>;
  addField(id: string, field: { searchable: boolean; scope?: string }): Promise<void>;
  removeField(id: string): Promise<void>;
  readonly visitors: ReturnType<typeof visitorsOf>;
  drop(): Promise<void>;
}

const visitorsOf = ({ db }: Database) => db.collection<Visitor>('rocketchat_livechat_visitor');

export async function openSearchDatabase(): Promise<SearchDatabase> {
  const database = await connectDatabase(freshDatabaseUrl());
  await ensureIndexes(database.db, indexes);
  const visitors = visitorsOf(database);
  const fields = database.db.collection<CustomField>('rocketchat_livechat_custom_field');
  return {
    ...database,
    visitors,
    async insert(...documents) {
      await visitors.insertMany(
        documents.map((each) => ({
          _id: randomIds.hexId(),
          token: randomIds.hexId(),
          ts: new Date(),
          _updatedAt: new Date(),
          ...each,
        })),
      );
    },
    async update(id, change, updatedAt = new Date()) {
      await visitors.updateOne({ _id: id }, { $set: { ...change, _updatedAt: updatedAt } });
    },
    async addField(id, { searchable, scope = 'visitor' }) {
      await fields.insertOne({ _id: id, label: id, scope, visibility: 'visible', searchable });
    },
    async removeField(id) {
      await fields.deleteOne({ _id: id });
    },
    async drop() {
      await database.db.dropDatabase();
      await database.close();
    },
  };
}

export async function startSearch(
  { db }: Pick<Database, 'db'>,
  time: Partial<SearchTiming> = {},
  country = '',
): Promise<RunningVisitorSearch> {
  const search = await createVisitorSearch(db, {
    logger: quietLogger,
    country: () => country,
    time: { ...searchTiming(() => new Date()), pollMs: 50, catchUpTimeoutMs: 10_000, ...time },
  });
  void search.start();
  return search;
}

export const firstPage: VisitorPageRequest = {
  count: 50,
  offset: 0,
  sort: { field: 'ts', direction: -1 },
  signal: new AbortController().signal,
};

/** Waits until a condition holds. @throws after half a minute, which is long enough for any server. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('the condition did not come to hold');
    // A pause that gives the processor to the awaited work.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Waits until all visitors can be searched. */
export const untilIndexed = (search: RunningVisitorSearch): Promise<void> =>
  until(async () => (await search.search('a', firstPage)).isComplete);
