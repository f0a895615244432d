import type { Collection } from 'mongodb';
import { insertNew } from '../mongodb/insert-new.ts';

export const stateCollection = 'foyer_visitor_search_state';

/** How far the search keys are; one document, shared by all instances. */
export interface BuildState {
  readonly _id: 'visitors';
  /** The searchable custom fields that the keys are built from. */
  readonly fieldIds: readonly string[];
  /** Whether every visitor has keys; from then on the follower keeps them up to date. */
  readonly isBuilt: boolean;
  /** The last visitor whose keys were built. */
  readonly cursor: string;
  /** Visitors written before this date have been looked at. */
  readonly watermark: Date;
  /** The instance that is building the keys, and until when it may; after that another may take over. */
  readonly builder?: string;
  readonly builderUntil?: Date;
}

const id = { _id: 'visitors' } as const;

/** Reads and writes the state. */
export interface BuildStateStore {
  find(): Promise<BuildState | null>;
  /** Stores the first state, unless there is one. */
  create(fieldIds: readonly string[], watermark: Date): Promise<void>;
  /** Starts over with other fields, unless another instance has done so. */
  restart(from: BuildState, fieldIds: readonly string[]): Promise<void>;
  /**
   * Acquires or renews the right to build.
   * @returns null if another instance is building, or if nothing is left to build.
   */
  claim(builder: string, now: Date): Promise<BuildState | null>;
  /** Records how far the builder got. */
  advance(builder: string, from: BuildState, cursor: string, isBuilt: boolean): Promise<void>;
  /** Records the date from which on visitors must be looked at. */
  moveWatermark(watermark: Date): Promise<void>;
}

const claimMs = 30_000;

export function createBuildStateStore(states: Collection<BuildState>): BuildStateStore {
  return {
    find: () => states.findOne(id),
    async create(fieldIds, watermark) {
      await insertNew(states, { ...id, fieldIds, isBuilt: false, cursor: '', watermark });
    },
    async restart(from, fieldIds) {
      await states.updateOne(
        { ...id, fieldIds: from.fieldIds },
        { $set: { fieldIds, isBuilt: false, cursor: '' } },
      );
    },
    claim: (builder, now) =>
      states.findOneAndUpdate(
        {
          ...id,
          isBuilt: false,
          $or: [{ builder }, { builder: { $exists: false } }, { builderUntil: { $lt: now } }],
        },
        { $set: { builder, builderUntil: new Date(now.getTime() + claimMs) } },
        { returnDocument: 'after' },
      ),
    async advance(builder, from, cursor, isBuilt) {
      const filter = { ...id, builder, fieldIds: from.fieldIds, cursor: from.cursor };
      await states.updateOne(filter, { $set: { cursor, isBuilt } });
    },
    async moveWatermark(watermark) {
      await states.updateOne(id, { $max: { watermark } });
    },
  };
}

/** Whether the keys are built, with these fields. */
export const isBuiltFor = (
  state: Pick<BuildState, 'isBuilt' | 'fieldIds'> | null,
  fieldIds: readonly string[],
): boolean => state?.isBuilt === true && sameFields(state, fieldIds);

export const sameFields = (state: Pick<BuildState, 'fieldIds'>, fieldIds: readonly string[]): boolean =>
  state.fieldIds.length === fieldIds.length &&
  state.fieldIds.every((each, index) => each === fieldIds[index]);
