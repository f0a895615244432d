import { AppError } from '../errors.ts';
import type { JobRun, Jobs } from '../jobs.ts';
import type { RoomStore } from '../rooms/room.ts';
import { type DeleteRoomsDeps, deleteRooms } from './delete-rooms.ts';

export interface RemoveRoomDeps {
  readonly jobs: Jobs;
  readonly rooms: RoomStore;
}

/**
 * Deletes a closed room with its messages and files. If that takes long, the rest is done after this returns.
 * @throws {AppError} `invalid-room`, `error-room-is-not-closed`
 */
export async function removeRoom({ jobs, rooms }: RemoveRoomDeps, id: string): Promise<void> {
  const room = await rooms.findById(id);
  if (room === null) throw new AppError('invalid-room');
  if (room.open) throw new AppError('error-room-is-not-closed');
  await jobs.run('remove-room', id);
}

/** The job. */
export async function removeRoomData(deps: DeleteRoomsDeps, { subjectId, report }: JobRun): Promise<void> {
  await report({ messages: await deleteRooms(deps, [subjectId]) });
}
