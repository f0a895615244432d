import type { AccessControl } from '../accounts/access.ts';
import { isLivechatUser } from '../accounts/roles.ts';
import { systemUserId } from '../accounts/system-user.ts';
import type { User } from '../accounts/user.ts';
import { AppError } from '../errors.ts';
import { routingMethodOf } from '../routing/availability.ts';
import type { RoutingStore } from '../routing/routing.ts';
import type { Settings } from '../settings/settings.ts';
import type { Inquiry, InquiryStore } from './inquiry.ts';
import type { Room, RoomStore } from './room.ts';
import type { ReadableRooms } from './room-search.ts';

export interface RoomAccessDeps {
  readonly access: AccessControl;
  readonly inquiries: InquiryStore;
  readonly routing: RoutingStore;
  readonly settings: Settings;
}

/**
 * Whether a user may read and write in a livechat room. By Rocket.Chat's rules they may if they can see all rooms,
 * serve this one, can see closed ones (of anyone, or of their departments), or could take it from the queue. But for
 * the first of these they must be agents, with `view-l-room`: Rocket.Chat shows its queue to everyone with an account.
 */
export async function canAccessRoom(deps: RoomAccessDeps, user: User, room: Room): Promise<boolean> {
  if (seesEveryRoom(deps, user)) return true;
  if (!seesRooms(deps, user)) return false;
  if (room.servedBy?._id === user._id) return true;
  if (room.open) {
    if (!isQueueOpen(deps) || room.servedBy) return false;
    const inquiry = await deps.inquiries.findByRoom(room._id);
    return inquiry?.status === 'queued' && mayTake(deps, user, inquiry);
  }
  const closed = await readableClosedRooms(deps, user);
  return closed === 'all' || (room.departmentId !== undefined && closed.includes(room.departmentId));
}

/**
 * The room, if a user may read and write in it.
 * @throws {AppError} `invalid-room`, `not-allowed`.
 */
export async function getAccessibleRoom(
  deps: RoomAccessDeps & { readonly rooms: Pick<RoomStore, 'findById'> },
  user: User,
  roomId: string,
): Promise<Room> {
  const room = await deps.rooms.findById(roomId);
  if (room === null) throw new AppError('invalid-room');
  if (!(await canAccessRoom(deps, user, room))) throw new AppError('not-allowed');
  return room;
}

/** The rooms of a visitor that a user may read: those for which {@link canAccessRoom} is true. */
export async function readableRoomsOf(
  deps: RoomAccessDeps,
  user: User,
  visitorId: string,
): Promise<ReadableRooms> {
  if (seesEveryRoom(deps, user)) return 'all';
  const [waiting, closed] = await Promise.all([
    listTakeableRooms(deps, user, visitorId),
    readableClosedRooms(deps, user),
  ]);
  return { servedBy: user._id, waiting, closed };
}

/** The closed rooms that a user may read. */
export async function readableClosedRoomsOf(deps: RoomAccessDeps, user: User): Promise<ReadableRooms> {
  if (seesEveryRoom(deps, user)) return 'all';
  return { servedBy: user._id, waiting: [], closed: await readableClosedRooms(deps, user) };
}

/** Whether the user is one of those who talk to visitors; what they may see of which room is decided for each. */
export const seesRooms = ({ access }: Pick<RoomAccessDeps, 'access'>, user: User): boolean =>
  access.hasPermission(user, 'view-l-room');

/** Whether the user may take the chat out of the queue in which it waits, for themselves or for somebody else. */
export const canTake = async (
  deps: Pick<RoomAccessDeps, 'access' | 'routing'>,
  user: User,
  inquiry: Inquiry,
): Promise<boolean> => seesEveryRoom(deps, user) || mayTake(deps, user, inquiry);

const seesEveryRoom = ({ access }: Pick<RoomAccessDeps, 'access'>, user: User): boolean =>
  access.hasPermission(user, 'view-livechat-rooms') || user._id === systemUserId;

/** All closed rooms, or those of some departments. */
async function readableClosedRooms(
  { access, routing }: RoomAccessDeps,
  user: User,
): Promise<'all' | readonly string[]> {
  if (access.hasPermission(user, 'view-livechat-room-closed-by-another-agent')) return 'all';
  if (!access.hasPermission(user, 'view-livechat-room-closed-same-department')) return [];
  return routing.listDepartmentIdsOfAgent(user._id);
}

/** Whether agents take chats from the queue themselves. */
const isQueueOpen = ({ settings }: RoomAccessDeps): boolean =>
  routingMethodOf(settings) === 'Manual_Selection';

/** The ids of the visitor's rooms that the user could take from the queue. */
async function listTakeableRooms(deps: RoomAccessDeps, user: User, visitorId: string): Promise<string[]> {
  if (!isQueueOpen(deps)) return [];
  const takeable: string[] = [];
  for (const inquiry of await deps.inquiries.listQueuedByVisitor(visitorId))
    if (await mayTake(deps, user, inquiry)) takeable.push(inquiry.rid);
  return takeable;
}

/** Whether the user could take the chat from the queue in which it waits. */
async function mayTake(
  { routing }: Pick<RoomAccessDeps, 'routing'>,
  user: User,
  inquiry: Inquiry,
): Promise<boolean> {
  if (inquiry.defaultAgent?.agentId === user._id || inquiry.department === undefined) return true;
  if (isLivechatUser(user, 'manager')) return true;
  return (await routing.listDepartmentIdsOfAgent(user._id)).includes(inquiry.department);
}
