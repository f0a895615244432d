import { AppError } from '../errors.ts';
import {
  afterLastMessage,
  type SendSystemMessageDeps,
  sendSystemMessage,
  writeSystemMessage,
} from '../messages/system-message.ts';
import { personOf } from '../person.ts';
import type { Inquiry } from '../rooms/inquiry.ts';
import type { Room, ServedBy } from '../rooms/room.ts';
import type { RoomTransfers } from '../rooms/room-transfers.ts';
import type { TransferData } from '../rooms/transfer-data.ts';
import type { SelectedAgent } from '../routing/routing.ts';
import { type AssignAgentDeps, finishAssignment } from './assign-agent.ts';

export type MoveRoomDeps = AssignAgentDeps &
  SendSystemMessageDeps & { readonly roomTransfers: RoomTransfers };

/** A move: which department it leads to, if to another one, and what is kept of it. */
export interface Move {
  readonly departmentId: string | undefined;
  readonly data: Omit<TransferData, 'ts'>;
}

/**
 * Gives an open room to an agent, who may be the one who serves it already. Of several moves at once, one succeeds.
 * @throws {AppError} `room-closed`, or `error-forwarding-chat` for one that lost.
 */
export async function moveToAgent(
  deps: MoveRoomDeps,
  room: Room,
  { agentId, username }: SelectedAgent,
  { departmentId, data }: Move,
): Promise<Room> {
  const { clock, inquiries, roomTransfers, subscriptions } = deps;
  const inquiry = await getInquiry(deps, room);
  const now = afterLastMessage(room, clock());
  // What others write of their leaving comes before what is written of the agent's coming.
  const newcomer = { _id: agentId, username, ts: after(now, 2) };
  const servedBy = room.servedBy?._id === agentId ? room.servedBy : newcomer;
  const moved = await roomTransfers.reassign(room._id, room.servedBy, servedBy, departmentId);
  if (moved === null) throw await lostRace(deps, room._id);
  await recordTransfer(deps, room, { ...data, ts: now });
  await tellOfForwarding(deps, room, departmentId, now);
  await removeSeats(deps, room._id, servedBy, after(now, 1));
  if (departmentId !== undefined) {
    await inquiries.setDepartment(room._id, departmentId);
    await subscriptions.setDepartment(room._id, departmentId);
  }
  await finishAssignment(deps, moved, servedBy, inquiry);
  return moved;
}

/**
 * Puts an open room back into the queue, or into that of a department.
 * @throws {AppError} as {@link moveToAgent}.
 */
export async function moveToQueue(
  deps: MoveRoomDeps,
  room: Room,
  { departmentId, data }: Move,
): Promise<Room> {
  const { clock, inquiries, rooms, roomTransfers } = deps;
  const inquiry = await getInquiry(deps, room);
  const now = afterLastMessage(room, clock());
  // The inquiry comes first: without it in the queue, nobody would find a room that nobody serves.
  await inquiries.requeue(room._id, { queuedAt: now, departmentId, lastMessage: room.lastMessage });
  const moved = await roomTransfers.requeue(room._id, room.servedBy, now, departmentId);
  if (moved === null) {
    // Whoever got there first may have given it to an agent.
    if ((await rooms.findById(room._id))?.servedBy) await inquiries.take(inquiry._id, inquiry.takenAt ?? now);
    throw await lostRace(deps, room._id);
  }
  await recordTransfer(deps, room, { ...data, ts: now });
  // Coming back into the same queue is no forwarding.
  if (departmentId !== undefined && departmentId !== room.departmentId)
    await tellOfForwarding(deps, room, departmentId, now);
  await removeSeats(deps, room._id, undefined, after(now, 1));
  await deps.tellOfSession({ type: 'LivechatSessionQueued', subjectId: room._id, at: now });
  return moved;
}

const after = (time: Date, ms: number): Date => new Date(time.getTime() + ms);

async function getInquiry({ inquiries }: MoveRoomDeps, { _id }: Room): Promise<Inquiry> {
  const inquiry = await inquiries.findByRoom(_id);
  if (inquiry === null) throw new AppError('error-forwarding-chat');
  return inquiry;
}

async function lostRace({ rooms }: MoveRoomDeps, roomId: string): Promise<AppError> {
  const room = await rooms.findById(roomId);
  return new AppError(room?.open ? 'error-forwarding-chat' : 'room-closed');
}

/** Keeps a transfer in the room. */
async function recordTransfer(deps: MoveRoomDeps, room: Room, transferData: TransferData): Promise<void> {
  const { ts, transferredBy } = transferData;
  const message = {
    ...({ t: 'livechat_transfer_history', msg: '', u: personOf(transferredBy), ts, transferData } as const),
    ...(transferredBy.userType === 'visitor' ? { token: room.v?.token } : {}),
  };
  await sendSystemMessage(deps, room._id, message, String(ts.getTime()));
}

/** As in Rocket.Chat, the former department is told of a room that goes to another one, and else the former agent. */
async function tellOfForwarding(
  { tellOfSession }: MoveRoomDeps,
  { _id: subjectId, servedBy: oldServedBy, departmentId: oldDepartmentId }: Room,
  departmentId: string | undefined,
  at: Date,
): Promise<void> {
  const former =
    departmentId === undefined
      ? { ...(oldServedBy && { oldServedBy }) }
      : { ...(oldDepartmentId !== undefined && { oldDepartmentId }) };
  await tellOfSession({ type: 'LivechatSessionForwarded', subjectId, at, ...former });
}

/** Ends the subscriptions of everyone but the agent who stays. */
async function removeSeats(
  deps: MoveRoomDeps,
  roomId: string,
  staying: ServedBy | undefined,
  at: Date,
): Promise<void> {
  const seats = await deps.subscriptions.listByRoom(roomId);
  for (const { u } of seats.filter((seat) => seat.u._id !== staying?._id)) {
    const left = { t: 'ul', msg: u.username ?? u._id, u, ts: at } as const;
    await writeSystemMessage(deps, roomId, left, String(at.getTime()));
    await deps.subscriptions.deleteByRoomAndUser(roomId, u._id);
  }
}
