import type { User } from '../accounts/user.ts';
import { AppError } from '../errors.ts';
import { afterLastMessage, writeSystemMessage } from '../messages/system-message.ts';
import { personOf } from '../person.ts';
import { getAccessibleRoom, type RoomAccessDeps } from '../rooms/room-access.ts';
import type { RoomDetails } from '../rooms/room-details.ts';
import { type AssignAgentDeps, subscriptionOf } from './assign-agent.ts';

export type JoinRoomDeps = AssignAgentDeps & RoomAccessDeps & { readonly roomDetails: RoomDetails };

/**
 * Subscribes a user to an open room beside the agent who serves it; whoever is subscribed already stays so.
 * @throws {AppError} `invalid-room`, `not-allowed`, or `room-closed`.
 */
export async function joinRoom(deps: JoinRoomDeps, user: User, roomId: string): Promise<void> {
  const { clock, rooms, roomDetails, subscriptions } = deps;
  const room = await getAccessibleRoom(deps, user, roomId);
  if (!room.open) throw new AppError('room-closed');
  const joinedAt = afterLastMessage(room, clock());
  const seat = subscriptionOf(room, { ...personOf(user), ts: joinedAt }, room.fname ?? '');
  if (!(await subscriptions.ensure(seat))) return;
  if (!(await rooms.findById(roomId))?.open) {
    // The room was closed and cleaned up before the subscription was there.
    await subscriptions.deleteByRooms([roomId]);
    throw new AppError('room-closed');
  }
  const joined = { t: 'uj', msg: '', u: personOf(user), ts: joinedAt } as const;
  await writeSystemMessage(deps, roomId, joined, `${user._id} ${joinedAt.getTime()}`);
  await roomDetails.countUser(roomId);
}
