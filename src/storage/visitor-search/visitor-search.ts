import type { Collection, Db } from 'mongodb';
import type { CustomField } from '../../domain/custom-fields/custom-field.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import type { VisitorSearch } from '../../domain/visitors/visitor-search.ts';
import type { Logger } from '../../observability/logger.ts';
import { SliceScheduler } from '../memory-table/slice-scheduler.ts';
import { lacksIndex } from '../mongodb/client.ts';
import { requestDatabase } from '../mongodb/request-database.ts';
import { overlapMs } from '../mongodb/watermark.ts';
import { runBackground } from './background.ts';
import { searchContact } from './contact-search.ts';
import { createFollower } from './follower.ts';
import { searchNames } from './name-search.ts';
import { findSearchableFields, getReadiness } from './readiness.ts';
import type { SearchTiming } from './search-timing.ts';
import { TableFeed } from './table-feed.ts';
import { listVisitors, searchTerm } from './term-search.ts';

const visitorCollection = 'rocketchat_livechat_visitor';
const customFieldCollection = 'rocketchat_livechat_custom_field';

/** The search, and the work in the background that keeps its table right. */
export interface RunningVisitorSearch extends VisitorSearch {
  /**
   * Begins to read the visitors into the table, and to follow what others write. Resolves when all visitors have been
   * read, or when the search is stopped.
   */
  start(): Promise<void>;
  /** Is told that a visitor was written; the next search finds them as they are then. */
  visitorWritten(id: string): void;
  /** Stops the work in the background. */
  stop(): Promise<void>;
}

export interface VisitorSearchOptions {
  /** Where phone numbers without a country's code belong, as in ISO 3166; `""` is nowhere. */
  readonly country: () => string;
  readonly time: SearchTiming;
  readonly logger: Logger;
  /** Is told how many visitors can be searched, now and then. */
  readonly visitorsSearchable?: (count: number) => void;
}

/** Prepares the search over a database; visitors are read into its table in the background, once it is started. */
export async function createVisitorSearch(
  db: Db,
  { country, time, logger, visitorsSearchable = () => undefined }: VisitorSearchOptions,
): Promise<RunningVisitorSearch> {
  const visitors = db.collection<Visitor>(visitorCollection);
  const customFields = db.collection<CustomField>(customFieldCollection);
  const startAt = await firstWatermark(visitors, time);
  const readRules = async () => ({
    fieldIds: await findSearchableFields(customFields),
    country: country(),
  });
  const feed = new TableFeed(visitors, await readRules());
  const refresh = (ids: readonly string[]) => feed.refresh(ids);
  const follower = createFollower({ visitors, refresh, time, startAt });
  const stopping = new AbortController();
  const background = { visitors, readRules, feed, follower, time, logger, visitorsSearchable };
  let work = Promise.resolve();
  const searched = {
    visitors: requestDatabase(db).collection<Visitor>(visitorCollection),
    feed,
    scheduler: new SliceScheduler(),
  };
  const ready = () => getReadiness({ readRules, feed, follower, time });

  return {
    async search(term, page) {
      if (term === '') return listVisitors(searched, page);
      return searchTerm(searched, await ready(), term, page);
    },
    async listByNamePrefix(prefix, exceptIds, signal) {
      const names = { prefix: prefix.trim(), exceptIds, signal };
      return searchNames(searched, await ready(), names);
    },
    listSearchableFields: () => findSearchableFields(customFields),
    findContact: (criteria, signal) => searchContact(searched, criteria, ready, signal),
    forget: (visitorId) => feed.refresh([visitorId]),
    start() {
      work = runBackground(background, stopping.signal);
      return Promise.race([feed.whenFilled(), work]);
    },
    visitorWritten: follower.note,
    async stop() {
      stopping.abort();
      await work;
    },
  };
}

/**
 * Everything that exists before this date is found by filling the table. If there is no visitor, nothing is known about
 * any writer's clock; and while the index is being built that tells the newest date, this instance's clock has to do.
 */
async function firstWatermark(visitors: Collection<Visitor>, time: SearchTiming): Promise<Date> {
  const now = time.now();
  const [newest] = await visitors
    .find({}, { projection: { _updatedAt: 1 } })
    .sort({ _updatedAt: -1, _id: -1 })
    .hint({ _updatedAt: 1, _id: 1 })
    .limit(1)
    .toArray()
    .catch((error: unknown) => {
      if (lacksIndex(error)) return [{ _updatedAt: now }];
      throw error;
    });
  const updatedAt = newest?._updatedAt instanceof Date ? newest._updatedAt : new Date(0);
  return new Date(Math.min(updatedAt.getTime(), now.getTime()) - overlapMs);
}
