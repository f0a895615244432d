import type { User } from '../accounts/user.ts';
import { AppError } from '../errors.ts';
import type { VisitorStore } from '../visitors/visitor.ts';
import type { Room, RoomStore } from './room.ts';
import { canAccessRoom, type RoomAccessDeps } from './room-access.ts';
import {
  messageSeenBy,
  messageWithoutToken,
  type VisitorTokenDeps,
  visibleTokens,
} from './visitor-tokens.ts';

/** Somebody who may see a room: its visitor, by one of their tokens, or a user. */
export type RoomViewer =
  | { readonly kind: 'visitor'; readonly _id: string; readonly name: string; readonly token: string }
  | { readonly kind: 'user'; readonly _id: string; readonly name: string; readonly seesToken: boolean };

/** A room as it was when somebody was found to be allowed to see it. */
export interface RoomView {
  readonly room: Room;
  readonly viewer: RoomViewer;
}

export type ViewRoomDeps = RoomAccessDeps &
  VisitorTokenDeps & { readonly rooms: RoomStore; readonly visitors: VisitorStore };

/** Who wants to see a room. */
export type Asking =
  | { readonly kind: 'visitor'; readonly token: string }
  | { readonly kind: 'user'; readonly user: User };

/**
 * Lets somebody see a room, open or closed: a visitor their own ones, a user those that they have access to.
 * @throws {AppError} `not-allowed`, also if there is no such room.
 */
export async function viewRoom(deps: ViewRoomDeps, asking: Asking, rid: string): Promise<RoomView> {
  const view =
    asking.kind === 'visitor' ? viewOfVisitor(deps, asking.token, rid) : viewOfUser(deps, asking.user, rid);
  const found = await view;
  if (found === null) throw new AppError('not-allowed');
  return found;
}

async function viewOfVisitor(
  { rooms, visitors }: ViewRoomDeps,
  token: string,
  rid: string,
): Promise<RoomView | null> {
  const visitor = await visitors.findByToken(token);
  if (visitor === null) return null;
  const { _id, username, name } = visitor;
  const room = await rooms.findByIdAndVisitor(rid, _id);
  return room && { room, viewer: { kind: 'visitor', _id, name: username ?? name ?? '', token } };
}

async function viewOfUser(deps: ViewRoomDeps, user: User, rid: string): Promise<RoomView | null> {
  const { _id, username = '' } = user;
  const room = await deps.rooms.findById(rid);
  if (room === null || !(await canAccessRoom(deps, user, room))) return null;
  const visitorId = room.v?._id;
  const seesToken = (await visibleTokens(deps, user, [visitorId]))(visitorId);
  return { room, viewer: { kind: 'user', _id, name: username, seesToken } };
}

/** A message of the room as the viewer may see it. */
export function messageShownTo<M extends Parameters<typeof messageWithoutToken>[0]>(
  viewer: RoomViewer,
  message: M,
): M {
  if (viewer.kind === 'visitor') return messageSeenBy(viewer.token, message);
  return viewer.seesToken ? message : messageWithoutToken(message);
}
