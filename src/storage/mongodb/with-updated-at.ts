import type { Document, UpdateFilter } from 'mongodb';

/** A change by update operators or, where it depends on what is stored, by the stages of a pipeline. */
export type Change<T extends Document> = UpdateFilter<T> | readonly Document[];

/** Adds the time of the change to an update, as Rocket.Chat does with every write. */
export function withUpdatedAt<T extends Document>(change: Change<T>, now: Date): Document | Document[] {
  if (isPipeline(change)) return [...change, { $set: { _updatedAt: now } }];
  return { ...change, $set: { ...change.$set, _updatedAt: now } };
}

const isPipeline = <T extends Document>(change: Change<T>): change is readonly Document[] =>
  Array.isArray(change);
