import type { Document, UpdateFilter } from 'mongodb';

/** Adds the time of the change to an update, as Rocket.Chat does with every write. */
export const withUpdatedAt = <T extends Document>(change: UpdateFilter<T>, now: Date): Document => ({
  ...change,
  $set: { ...change.$set, _updatedAt: now },
});
