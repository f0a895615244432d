import type { Collection } from 'mongodb';
import type { CustomField } from '../../domain/custom-fields/custom-field.ts';
import type { IdSource } from '../../domain/ids.ts';
import type { Logger } from '../../observability/logger.ts';
import { lacksIndex } from '../mongodb/client.ts';
import { pause } from '../mongodb/pause.ts';
import { overlapMs } from '../mongodb/watermark.ts';
import { type BuildStateStore, isBuiltFor, sameFields } from './build-state.ts';
import { createFollower, type Follower } from './follower.ts';
import type { KeyCollections } from './key-writer.ts';
import { findSearchableFields } from './readiness.ts';
import { reconcileNext } from './reconcile.ts';
import type { SearchTiming } from './search-timing.ts';

export interface MaintenanceParts {
  readonly collections: KeyCollections;
  readonly customFields: Collection<CustomField>;
  readonly states: BuildStateStore;
  readonly time: SearchTiming;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/**
 * The watermark is stored when it has moved this far; so after a restart, a little more is looked at than necessary.
 */
const storeWatermarkMs = 30_000;

export interface Maintenance {
  readonly follower: Follower;
  /** Runs until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * The work in the background: building missing keys, following what others write, and slowly comparing everything.
 */
export async function createMaintenance(parts: MaintenanceParts): Promise<Maintenance> {
  const { collections, customFields, states, time, logger } = parts;
  const builder = parts.ids.hexId();
  await states.create(await findSearchableFields(customFields), await firstWatermark(parts));
  const stored = (await states.find())?.watermark ?? time.now();
  const follower = createFollower(collections, time, stored);
  let storedWatermark = stored.getTime();
  let sweepCursor: string | undefined = '';
  let sweptAt = time.elapsedMs();

  /** Looks once at what others changed: the searchable fields and the visitors. */
  const follow = async (): Promise<void> => {
    const fieldIds = await findSearchableFields(customFields);
    const state = await states.find();
    if (state && !sameFields(state, fieldIds)) await states.restart(state, fieldIds);
    await follower.catchUp(fieldIds);
    const watermark = follower.watermark;
    if (watermark.getTime() - storedWatermark < storeWatermarkMs) return;
    await states.moveWatermark(watermark);
    storedWatermark = watermark.getTime();
  };

  /** @returns whether there is more to build. */
  const build = async (): Promise<boolean> => {
    const state = await states.claim(builder, time.now());
    if (!state) return false;
    if (state.cursor === '') logger.info('search keys of visitors are being built');
    const cursor = await reconcileNext(collections, state.cursor, state.fieldIds);
    await states.advance(builder, state, cursor ?? state.cursor, cursor === undefined);
    if (cursor === undefined) logger.info('search keys of visitors are built');
    return cursor !== undefined;
  };

  const sweep = async (): Promise<void> => {
    if (time.elapsedMs() - sweptAt < time.sweepPauseMs) return;
    sweptAt = time.elapsedMs();
    const state = await states.find();
    if (!state || !isBuiltFor(state, state.fieldIds)) return;
    sweepCursor = await reconcileNext(collections, sweepCursor ?? '', state.fieldIds);
  };

  const work = async (signal: AbortSignal): Promise<void> => {
    await follow();
    while (!signal.aborted && (await build()));
    if (!signal.aborted) await sweep();
  };

  return { follower, run: (signal) => repeat(work, time.pollMs, signal, logger) };
}

/** Repeats the work. A failure is reported once, until the work succeeds again. */
async function repeat(
  work: (signal: AbortSignal) => Promise<void>,
  pauseMs: number,
  signal: AbortSignal,
  logger: Logger,
): Promise<void> {
  let isFailing = false;
  while (!signal.aborted) {
    try {
      await work(signal);
      isFailing = false;
    } catch (error) {
      if (!isFailing && !signal.aborted) logger.warn({ err: error }, 'search keys cannot be kept up to date');
      isFailing = true;
    }
    await pause(pauseMs, signal);
  }
}

/**
 * Everything that exists before this date is found by building. If there is no visitor, nothing is known about any
 * writer's clock; and while the index is being built that tells the newest date, this instance's clock has to do.
 */
async function firstWatermark({ collections, time }: MaintenanceParts): Promise<Date> {
  const now = time.now();
  const [newest] = await collections.visitors
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
