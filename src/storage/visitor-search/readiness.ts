import { setTimeout as delay } from 'node:timers/promises';
import type { Collection } from 'mongodb';
import type { CustomField } from '../../domain/custom-fields/custom-field.ts';
import { type BuildStateStore, isBuiltFor } from './build-state.ts';
import type { Follower } from './follower.ts';
import type { KeyDocument } from './key-document.ts';
import type { SearchTiming } from './search-timing.ts';

/** What a search may rely on. */
export interface Readiness {
  /** The custom fields that are searched. */
  readonly fieldIds: string[];
  /** Whether every visitor has up-to-date keys, built with these fields. */
  readonly isReady: boolean;
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
  readonly customFields: Collection<CustomField>;
  readonly keys: Collection<KeyDocument>;
  readonly states: BuildStateStore;
  readonly follower: Follower;
  readonly time: SearchTiming;
}

/** Updates the keys to reflect everything written before the call, and tells what a search may rely on. */
export async function getReadiness({
  customFields,
  keys,
  states,
  follower,
  time,
}: ReadinessParts): Promise<Readiness> {
  const [fieldIds, state] = await Promise.all([findSearchableFields(customFields), states.find()]);
  const isReady = isBuiltFor(state, fieldIds) && (await catchesUp(follower, fieldIds, time.catchUpTimeoutMs));
  const long = isReady ? await keys.findOne({ isLong: true }, { projection: { _id: 1 } }) : null;
  return { fieldIds, isReady, hasLongTexts: long !== null };
}

async function catchesUp(
  follower: Follower,
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
