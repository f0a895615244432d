import type { Filter, UpdateFilter } from 'mongodb';
import type { Room } from '../domain/room.ts';

/** Changes every room that a filter finds. */
export type RoomUpdate = (filter: Filter<Room>, change: UpdateFilter<Room>) => Promise<void>;

/** A change that tells when it was made, as every write of Rocket.Chat does. */
export const stamped = (change: UpdateFilter<Room>, now: Date): UpdateFilter<Room> => ({
  ...change,
  $set: { ...change.$set, _updatedAt: now },
});
