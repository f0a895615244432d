import type { Db } from 'mongodb';
import type { CustomField } from '../../domain/custom-fields/custom-field.ts';
import type { IdSource } from '../../domain/ids.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import type { VisitorSearch } from '../../domain/visitors/visitor-search.ts';
import type { Logger } from '../../observability/logger.ts';
import { limitReads } from '../mongodb/limit-reads.ts';
import { type BuildState, createBuildStateStore, stateCollection } from './build-state.ts';
import { searchContact } from './contact-search.ts';
import { type KeyDocument, keyCollection } from './key-document.ts';
import type { KeyCollections } from './key-writer.ts';
import { createMaintenance } from './maintenance.ts';
import { searchNames } from './name-search.ts';
import { findSearchableFields, getReadiness } from './readiness.ts';
import type { SearchTiming } from './search-timing.ts';
import { listVisitors, searchTerm } from './term-search.ts';

const visitorCollection = 'rocketchat_livechat_visitor';
const customFieldCollection = 'rocketchat_livechat_custom_field';

/** The search, and the work in the background that maintains its keys. */
export interface RunningVisitorSearch extends VisitorSearch {
  /** Is told that a visitor was written; the next search finds them as they are then. */
  visitorWritten(id: string): void;
  /** Stops the work in the background. */
  stop(): Promise<void>;
}

export interface VisitorSearchOptions {
  readonly ids: IdSource;
  /** Where phone numbers without a country's code belong, as in ISO 3166; `""` is nowhere. */
  readonly country: () => string;
  readonly time: SearchTiming;
  readonly logger: Logger;
}

/** Starts the search over a database; missing keys are built in the background. */
export async function startVisitorSearch(
  db: Db,
  { ids, country, time, logger }: VisitorSearchOptions,
): Promise<RunningVisitorSearch> {
  const collections = keyCollections(db, country);
  const searched = keyCollections(limitReads(db), country);
  const customFields = db.collection<CustomField>(customFieldCollection);
  const states = createBuildStateStore(db.collection<BuildState>(stateCollection));
  const parts = { collections, customFields, states, time, ids, logger };
  const { follower, run } = await createMaintenance(parts);
  const stopping = new AbortController();
  const work = run(stopping.signal);
  const ready = () => getReadiness({ ...searched, customFields, states, follower, time });

  return {
    async search(term, page) {
      if (term === '') return listVisitors(searched, page);
      return searchTerm(searched, await ready(), term, page);
    },
    listByNamePrefix: async (prefix, exceptIds, signal) =>
      searchNames(searched, await ready(), { prefix: prefix.trim(), exceptIds, signal }),
    listSearchableFields: () => findSearchableFields(customFields),
    findContact: (criteria, signal) => searchContact(searched, criteria, ready, signal),
    async forget(visitorId) {
      await collections.keys.deleteOne({ _id: visitorId });
    },
    visitorWritten: follower.note,
    async stop() {
      stopping.abort();
      await work;
    },
  };
}

const keyCollections = (db: Db, country: () => string): KeyCollections => ({
  country,
  visitors: db.collection<Visitor>(visitorCollection),
  keys: db.collection<KeyDocument>(keyCollection),
});
