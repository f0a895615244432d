import type { Document, UpdateFilter } from 'mongodb';

/** A change that tells when it was made, as every write of Rocket.Chat does. */
export const withUpdatedAt = <T extends Document>(change: UpdateFilter<T>, now: Date): Document => ({
  ...change,
  $set: { ...change.$set, _updatedAt: now },
});
