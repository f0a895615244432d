import { setTimeout as delay } from 'node:timers/promises';
import type { Collection } from 'mongodb';
import type { CustomField } from '../../domain/custom-fields/custom-field.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { type BuildState, isBuiltFor } from './build-state.ts';
import type { Follower } from './follower.ts';
import type { KeyDocument } from './key-document.ts';
import type { SearchTiming } from './search-timing.ts';

/** What a search may rely on. */
export interface Readiness {
  /** The custom fields that are searched. */
  readonly fieldIds: string[];
  /** Whether to search by keys: every visitor has some, built with these fields. Otherwise all visitors are read. */
  readonly isReady: boolean;
  /** Whether the keys reflect everything that was written before the search. */
  readonly isUpToDate: boolean;
  /** Whether some visitors have too much text for keys, and must be looked at one by one. */
  readonly hasLongTexts: boolean;
}

/** The ids of the searchable custom fields of visitors. */
export async function findSearchableFields(customFields: Collection<CustomField>): Promise<string[]> {
  const found = await customFields
    .find({ scope: 'visitor', searchable: true }, { projection: { _id: 1 } })
    .toArray();
  return found.map(({ _id }) => _id).sort();
}

export interface ReadinessParts {
  readonly visitors: Pick<Collection<Visitor>, 'estimatedDocumentCount'>;
  readonly customFields: Collection<CustomField>;
  readonly keys: Collection<KeyDocument>;
  readonly states: { find(): Promise<Pick<BuildState, 'isBuilt' | 'fieldIds'> | null> };
  readonly follower: Pick<Follower, 'catchUp'>;
  readonly time: Pick<SearchTiming, 'catchUpTimeoutMs'>;
}

/**
 * So few visitors are read one by one, in a fraction of a second, rather than that one who was just written is missed.
 */
const fewVisitors = 10_000;

/**
 * Updates the keys to reflect everything written before the call, if that does not take too long, and tells what a
 * search may rely on. While an import keeps the keys behind, they serve as they are: a search that then read all
 * visitors would be the slower the more there are, and slow down the import, too.
 */
export async function getReadiness({
  visitors,
  customFields,
  keys,
  states,
  follower,
  time,
}: ReadinessParts): Promise<Readiness> {
  const [fieldIds, state] = await Promise.all([findSearchableFields(customFields), states.find()]);
  const isBuilt = isBuiltFor(state, fieldIds);
  const isUpToDate = isBuilt && (await catchesUp(follower, fieldIds, time.catchUpTimeoutMs));
  const isReady = isUpToDate || (isBuilt && (await visitors.estimatedDocumentCount()) > fewVisitors);
  const long = isReady ? await keys.findOne({ isLong: true }, { projection: { _id: 1 } }) : null;
  return { fieldIds, isReady, isUpToDate, hasLongTexts: long !== null };
}

async function catchesUp(
  follower: Pick<Follower, 'catchUp'>,
  fieldIds: readonly string[],
  catchUpTimeoutMs: number,
): Promise<boolean> {
  const abort = new AbortController();
  const caughtUp = follower.catchUp(fieldIds).then(() => true);
  const timedOut = delay(catchUpTimeoutMs, false, { signal: abort.signal });
  try {
    return await Promise.race([caughtUp, timedOut]);
  } finally {
    abort.abort();
    // The loser of the race may fail later, when nobody handles it.
    for (const late of [caughtUp, timedOut]) late.catch(() => undefined);
  }
}
