import type { Collection } from 'mongodb';
import { insertNew } from '../mongodb/insert-new.ts';

export const stateCollection = 'foyer_visitor_search_state';

/** How far the keys are; one document, shared by all instances. */
export interface BuildState {
  readonly _id: 'visitors';
  /** The searchable custom fields that the keys are made with. */
  readonly fieldIds: readonly string[];
  /** Whether every visitor has its keys; then they are kept up to date by the watermark. */
  readonly isBuilt: boolean;
  /** The last visitor whose keys were built. */
  readonly cursor: string;
  /** Visitors written before this date have been looked at. */
  readonly watermark: Date;
  /** The instance that builds, and until when it may; then another takes over. */
  readonly builder?: string;
  readonly builderUntil?: Date;
}

const id = { _id: 'visitors' } as const;

/** The state as it is stored. */
export interface BuildStateStore {
  find(): Promise<BuildState | null>;
  /** Stores a first state, unless there is one. */
  create(fieldIds: readonly string[], watermark: Date): Promise<void>;
  /** Begins anew with other fields, unless somebody did. */
  restart(from: BuildState, fieldIds: readonly string[]): Promise<void>;
  /** Takes or keeps the right to build. @returns null where another instance builds, or where nothing is to build. */
  claim(builder: string, now: Date): Promise<BuildState | null>;
  /** Remembers how far the builder came. */
  advance(builder: string, from: BuildState, cursor: string, isBuilt: boolean): Promise<void>;
  /** Remembers from when on dates must be looked at. */
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

/** Whether keys made with these fields serve a search of those. */
export const isBuiltFor = (state: BuildState | null, fieldIds: readonly string[]): boolean =>
  state?.isBuilt === true && sameFields(state, fieldIds);

export const sameFields = (state: BuildState, fieldIds: readonly string[]): boolean =>
  state.fieldIds.length === fieldIds.length &&
  state.fieldIds.every((each, index) => each === fieldIds[index]);
