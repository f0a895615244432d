import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Room } from '../../domain/rooms/room.ts';
import { insertNew } from '../mongodb/insert-new.ts';

/** The `_id` of the room that is being opened for a visitor. A TTL index removes it after an hour. */
interface RoomClaim {
  /** The visitor's `_id`. */
  readonly _id: string;
  readonly roomId: string;
  readonly at: Date;
}

/**
 * Lets requests that open a room for one visitor agree on its `_id`, where no unique index can keep it to one room: on
 * a sharded collection, and on one that has duplicates. See docs/adr/0006-one-open-room.md.
 */
export interface RoomClaims {
  /**
   * Claims the visitor's next room.
   * @returns the `_id` under which it is to be stored, whoever stores it first; null if the visitor has an open room
   *   by now, or another request has just claimed the next one.
   */
  claim(visitorId: string, roomId: string): Promise<string | null>;
}

/** Claims in `foyer_room_claim`. */
export function createRoomClaims(db: Db, rooms: Pick<Collection<Room>, 'findOne'>, clock: Clock): RoomClaims {
  const claims: Collection<RoomClaim> = db.collection('foyer_room_claim');
  return {
    async claim(visitorId, roomId) {
      if (await insertNew(claims, { _id: visitorId, roomId, at: clock() })) return roomId;
      const claimed = await claims.findOne({ _id: visitorId });
      if (claimed === null) return null;
      const room = await rooms.findOne({ _id: claimed.roomId }, { projection: { open: 1 } });
      // Claimed but not stored yet, or never: whoever gets there first stores it.
      if (room === null) return claimed.roomId;
      if (room.open) return null;
      const { modifiedCount } = await claims.updateOne(
        { _id: visitorId, roomId: claimed.roomId },
        { $set: { roomId, at: clock() } },
      );
      return modifiedCount === 1 ? roomId : null;
    },
  };
}
