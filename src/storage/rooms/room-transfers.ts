import type { Collection, Db, Filter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Room, ServedBy } from '../../domain/rooms/room.ts';
import type { RoomTransfers } from '../../domain/rooms/room-transfers.ts';
import type { WriteReporter } from '../feed/write-reporter.ts';
import { reportedUpdates } from './reported-updates.ts';

/** Changes of who serves livechat rooms. */
export function createRoomTransfers(db: Db, clock: Clock, reporter: WriteReporter): RoomTransfers {
  const rooms: Collection<Room> = db.collection('rocketchat_room');
  const { updateFound } = reportedUpdates(rooms, clock, reporter);
  const inDepartment = (departmentId: string | undefined) =>
    departmentId === undefined ? {} : { departmentId };
  return {
    reassign: (roomId, from, to, departmentId) =>
      updateFound(served(roomId, from), {
        $set: { servedBy: to, ...inDepartment(departmentId) },
        ...(from ? {} : { $inc: { usersCount: 1 } }),
      }),
    requeue: (roomId, from, queuedAt, departmentId) =>
      updateFound(served(roomId, from), {
        $set: { queuedAt, ...inDepartment(departmentId) },
        $unset: { servedBy: 1 },
        ...(from ? { $inc: { usersCount: -1 } } : {}),
      }),
  };
}

/** An agent who got the room back in the meantime has another `ts`. */
const served = (_id: string, by: ServedBy | undefined): Filter<Room> => ({
  _id,
  t: 'l',
  open: true,
  ...(by
    ? { 'servedBy._id': by._id, ...(by.ts ? { 'servedBy.ts': by.ts } : {}) }
    : { servedBy: { $exists: false } }),
});
