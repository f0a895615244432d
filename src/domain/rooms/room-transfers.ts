import type { Room, ServedBy } from './room.ts';

/**
 * Changes of who serves a room. Each names who serves it so far (undefined: nobody), and changes nothing, giving null,
 * if that is not so any more, or the room is not open.
 */
export interface RoomTransfers {
  /** Gives the room to another agent, and moves it to a department, if one is given. */
  reassign(
    roomId: string,
    from: ServedBy | undefined,
    to: ServedBy,
    departmentId: string | undefined,
  ): Promise<Room | null>;
  /** Takes the room away from its agent, and moves it to a department, if one is given. */
  requeue(
    roomId: string,
    from: ServedBy | undefined,
    queuedAt: Date,
    departmentId: string | undefined,
  ): Promise<Room | null>;
}
