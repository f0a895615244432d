import { AppError } from '../errors.ts';
import { getVisitorByToken } from '../visitors/get-visitor.ts';
import type { Visitor, VisitorStore } from '../visitors/visitor.ts';
import type { Room, RoomStore } from './room.ts';

/** A visitor's room, as they name it. */
export interface OwnRoom {
  readonly token: string;
  readonly rid: string;
}

export interface OwnRoomDeps {
  readonly rooms: Pick<RoomStore, 'findByIdAndVisitor'>;
  readonly visitors: VisitorStore;
}

/**
 * A visitor's room, open or closed, and the visitor.
 * @throws {AppError} `invalid-token`; `invalid-room` if it is not theirs.
 */
export async function getOwnRoom(
  deps: OwnRoomDeps,
  { token, rid }: OwnRoom,
): Promise<{ readonly visitor: Visitor; readonly room: Room }> {
  const visitor = await getVisitorByToken(deps, token);
  const room = await deps.rooms.findByIdAndVisitor(rid, visitor._id);
  if (room === null) throw new AppError('invalid-room');
  return { visitor, room };
}
