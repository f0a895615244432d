import type { User } from '../accounts/user.ts';
import { AppError } from '../errors.ts';
import { personOf } from '../person.ts';
import { getOwnRoom, type OwnRoom } from '../rooms/own-room.ts';
import type { Room } from '../rooms/room.ts';
import { getAccessibleRoom, type RoomAccessDeps } from '../rooms/room-access.ts';
import type { TransferData, TransferredBy } from '../rooms/transfer-data.ts';
import { roomSeenBy } from '../rooms/visitor-tokens.ts';
import { availabilityOf, routingMethodOf } from '../routing/availability.ts';
import type { RoutingDepartment, SelectedAgent } from '../routing/routing.ts';
import type { VisitorStore } from '../visitors/visitor.ts';
import { type MoveRoomDeps, moveToAgent, moveToQueue } from './move-room.ts';

export type TransferRoomDeps = MoveRoomDeps & RoomAccessDeps & { readonly visitors: VisitorStore };

/** Where a conversation is to go: to an agent, to a department, or to an agent in a department. */
export interface Destination {
  readonly userId?: string | undefined;
  readonly departmentId?: string | undefined;
  readonly comment?: string | undefined;
}

/**
 * Gives an open room to another agent or department, at a user's request.
 * @throws {AppError} `invalid-room`, `not-allowed`, `room-closed`, `error-invalid-visitor` if the visitor is deleted,
 *   `error-room-onHold`, `error-invalid-department`, `error-forwarding-chat-same-department`, `error-user-is-offline`,
 *   `error-user-not-belong-to-department`, `error-selected-agent-room-agent-are-same`,
 *   `error-no-agents-online-in-department`, or `error-forwarding-chat` without a destination, or if another transfer
 *   got there first.
 */
export async function forwardRoom(
  deps: TransferRoomDeps,
  user: User,
  roomId: string,
  destination: Destination,
): Promise<void> {
  const room = await getAccessibleRoom(deps, user, roomId);
  const userType = room.servedBy?._id === user._id ? 'agent' : 'user';
  await transfer(deps, room, { ...personOf(user), userType }, destination);
}

/**
 * Moves a visitor's open room to another department, at their request.
 * @throws {AppError} `invalid-token`, `invalid-room`, and as {@link forwardRoom}.
 */
export async function switchDepartment(
  deps: TransferRoomDeps,
  ownRoom: OwnRoom,
  departmentId: string,
): Promise<Room> {
  const { visitor, room } = await getOwnRoom(deps, ownRoom);
  const moved = await transfer(deps, room, { ...personOf(visitor), userType: 'visitor' }, { departmentId });
  return roomSeenBy(ownRoom.token, (await deps.rooms.findById(moved._id)) ?? moved);
}

/**
 * Takes an open room away from its agent, for others to take it from the queue.
 * @param departmentId the department in whose queue it is to wait; by default, its own.
 * @returns false if nobody serves the room.
 * @throws {AppError} `invalid-room`, `not-allowed`, `room-closed`, `error-room-onHold`, `error-invalid-department`, or
 *   `error-forwarding-chat` if a transfer got there first.
 */
export async function returnToQueue(
  deps: TransferRoomDeps,
  user: User,
  roomId: string,
  departmentId: string | undefined,
): Promise<boolean> {
  const room = await getAccessibleRoom(deps, user, roomId);
  refuseUnmovable(room);
  const { servedBy } = room;
  if (servedBy === undefined) return false;
  const department = departmentId === undefined ? undefined : await getDepartment(deps, departmentId);
  // As in Rocket.Chat, it counts as the agent's doing, whoever asks for it.
  const by = { ...personOf(servedBy), userType: 'agent' } as const;
  const data = { ...dataOf(room, by, department, undefined), scope: 'queue' } as const;
  await moveToQueue(deps, room, { departmentId: department?._id, data });
  return true;
}

async function transfer(
  deps: TransferRoomDeps,
  room: Room,
  by: TransferredBy,
  { userId, departmentId, comment }: Destination,
): Promise<Room> {
  refuseUnmovable(room);
  if (room.v && (await deps.visitors.findEnabledById(room.v._id)) === null)
    throw new AppError('error-invalid-visitor');
  if (!departmentId && !userId) throw new AppError('error-forwarding-chat');
  const department = departmentId ? await getDepartment(deps, departmentId) : undefined;
  if (department && department._id === room.departmentId)
    throw new AppError('error-forwarding-chat-same-department');
  const move = { departmentId: department?._id, data: dataOf(room, by, department, comment) };
  if (department && (await isQueued(deps, department))) return moveToQueue(deps, room, move);
  const agent = await chooseAgent(deps, room, department, userId);
  const named = userId ? await deps.users.findById(userId) : null;
  const data = { ...move.data, ...(named ? { transferredTo: personOf(named) } : {}) };
  return moveToAgent(deps, room, agent, { ...move, data });
}

function refuseUnmovable({ open, onHold }: Room): void {
  if (!open) throw new AppError('room-closed');
  if (onHold) throw new AppError('error-room-onHold');
}

async function getDepartment({ routing }: TransferRoomDeps, id: string): Promise<RoutingDepartment> {
  const department = await routing.findDepartment(id);
  if (department === null) throw new AppError('error-invalid-department');
  return department;
}

/** Whether what is moved to the department waits there for somebody to take it. */
async function isQueued(deps: TransferRoomDeps, department: RoutingDepartment): Promise<boolean> {
  const { routing, settings } = deps;
  if (routingMethodOf(settings) === 'Manual_Selection') return true;
  if (!department.allowReceiveForwardOffline) return false;
  return !(await routing.hasAvailable(department._id, availabilityOf(settings)));
}

async function chooseAgent(
  { routing, settings }: TransferRoomDeps,
  room: Room,
  department: RoutingDepartment | undefined,
  userId: string | undefined,
): Promise<SelectedAgent> {
  const availability = availabilityOf(settings);
  if (!userId) {
    const next = await routing.takeNext(department?._id, availability);
    if (next === null) throw new AppError('error-no-agents-online-in-department');
    return next;
  }
  const agent = await routing.findAvailable(userId, availability);
  if (agent === null) throw new AppError('error-user-is-offline');
  if (department) {
    const departments = await routing.listDepartmentIdsOfAgent(userId);
    if (!departments.includes(department._id)) throw new AppError('error-user-not-belong-to-department');
  } else if (room.servedBy?._id === userId) {
    throw new AppError('error-selected-agent-room-agent-are-same');
  }
  return agent;
}

const dataOf = (
  room: Room,
  transferredBy: TransferredBy,
  department: RoutingDepartment | undefined,
  comment: string | undefined,
): Omit<TransferData, 'ts'> => ({
  transferredBy,
  scope: department ? 'department' : 'agent',
  ...(comment ? { comment } : {}),
  ...(room.departmentId === undefined ? {} : { previousDepartment: room.departmentId }),
  ...(department ? { nextDepartment: { _id: department._id, name: department.name } } : {}),
});
