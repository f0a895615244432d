import type { AccessControl } from '../accounts/access.ts';
import { isLivechatUser } from '../accounts/roles.ts';
import type { User } from '../accounts/user.ts';
import { routingMethodOf } from '../routing/availability.ts';
import type { RoutingStore } from '../routing/routing.ts';
import type { Settings } from '../settings/settings.ts';
import type { InquiryStore } from './inquiry.ts';
import type { Room } from './room.ts';

export interface RoomAccessDeps {
  readonly access: AccessControl;
  readonly inquiries: InquiryStore;
  readonly routing: RoutingStore;
  readonly settings: Settings;
}

/**
 * Whether a user may read and write in a livechat room. By Rocket.Chat's rules they may if they can see all rooms,
 * serve this one, can see closed ones (of anyone, or of their departments), or could take it from the queue.
 */
export async function canAccessRoom(deps: RoomAccessDeps, user: User, room: Room): Promise<boolean> {
  const { access, routing } = deps;
  const holds = (permission: string) => access.hasPermission(user, permission);
  if (holds('view-livechat-rooms') || room.servedBy?._id === user._id || user._id === 'rocket.cat')
    return true;
  if (room.open) return canTakeFromQueue(deps, user, room);
  if (holds('view-livechat-room-closed-by-another-agent')) return true;
  if (room.departmentId === undefined || !holds('view-livechat-room-closed-same-department')) return false;
  return (await routing.listDepartmentIdsOfAgent(user._id)).includes(room.departmentId);
}

/** Whether the room waits in a queue that the user takes chats from. */
async function canTakeFromQueue(deps: RoomAccessDeps, user: User, room: Room): Promise<boolean> {
  const { inquiries, routing, settings } = deps;
  if (routingMethodOf(settings) !== 'Manual_Selection' || room.servedBy) return false;
  const inquiry = await inquiries.findByRoom(room._id);
  if (inquiry?.status !== 'queued') return false;
  if (inquiry.defaultAgent?.agentId === user._id || inquiry.department === undefined) return true;
  if (isLivechatUser(user, 'manager')) return true;
  return (await routing.listDepartmentIdsOfAgent(user._id)).includes(inquiry.department);
}
