import type { Collection } from 'mongodb';
import type { CustomField } from '../../domain/custom-fields/custom-field.ts';
import { within } from '../mongodb/within.ts';
import type { Follower } from './follower.ts';
import type { SearchTiming } from './search-timing.ts';
import type { RowRules } from './table/visitor-row.ts';
import type { TableFeed } from './table-feed.ts';

/** What a search may rely on. */
export interface Readiness {
  readonly rules: RowRules;
  /** Whether the table has everyone, as they were when the search began. */
  readonly isComplete: boolean;
}

/** The ids of the searchable custom fields of visitors. */
export async function findSearchableFields(customFields: Collection<CustomField>): Promise<string[]> {
  const found = await customFields
    .find({ scope: 'visitor', searchable: true }, { projection: { _id: 1 } })
    .toArray();
  return found.map(({ _id }) => _id).sort();
}

export interface ReadinessParts {
  readonly readRules: () => Promise<RowRules>;
  readonly feed: Pick<TableFeed, 'check' | 'whenFilled' | 'isWhole' | 'incompleteForMs'>;
  readonly follower: Pick<Follower, 'catchUp'>;
  readonly time: Pick<SearchTiming, 'catchUpTimeoutMs'>;
}

/**
 * Waits until the table has everything that was written before the call, if that does not take too long, as it does
 * during an import. After a start on a large database only the searches of the first moment wait: later ones would do
 * so in vain.
 */
export async function getReadiness({ readRules, feed, follower, time }: ReadinessParts): Promise<Readiness> {
  const rules = await readRules();
  feed.check(rules);
  const upToDate = Promise.all([follower.catchUp(), feed.whenFilled()]).then(([isCaughtUp]) => isCaughtUp);
  const isUpToDate = await within(upToDate, Math.max(0, time.catchUpTimeoutMs - feed.incompleteForMs));
  return { rules, isComplete: isUpToDate === true && feed.isWhole };
}
