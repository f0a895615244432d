import type { UserStore } from '../accounts/user.ts';
import { AppError } from '../errors.ts';
import { getOwnRoom, type OwnRoom } from '../rooms/own-room.ts';
import type { RoomStore } from '../rooms/room.ts';
import { type AgentInfo, agentInfoOf } from '../routing/agent-info.ts';
import { availabilityOf, routingMethodOf, takeNextBot } from '../routing/availability.ts';
import { type ChooseDepartmentDeps, findRequiredDepartment } from '../routing/choose-department.ts';
import type { VisitorStore } from '../visitors/visitor.ts';

export type GetRoomAgentDeps = ChooseDepartmentDeps & {
  readonly rooms: RoomStore;
  readonly users: UserStore;
  readonly visitors: VisitorStore;
};

/**
 * The agent who serves a visitor's room.
 * @throws {AppError} `invalid-token`, `invalid-room`, `invalid-agent` if nobody serves it.
 */
export async function getRoomAgent(deps: GetRoomAgentDeps, ownRoom: OwnRoom): Promise<AgentInfo> {
  const { room } = await getOwnRoom(deps, ownRoom);
  return getAgentInfo(deps, room.servedBy?._id);
}

/**
 * The agent who gets the visitor's next chat, which is counted as theirs, as in Rocket.Chat: the widget shows them as
 * the sender of an invitation, and asks for them if it is accepted. Null if the visitor has an open room.
 * @throws {AppError} `agent-not-found` if nobody is available or agents choose their chats themselves, `invalid-agent`
 */
export async function takeNextAgent(
  deps: GetRoomAgentDeps,
  token: string,
  departmentId: string | undefined,
): Promise<AgentInfo | null> {
  const { visitors, rooms, routing, settings } = deps;
  const visitor = await visitors.findByToken(token);
  if (visitor && (await rooms.findOpenByVisitor(visitor._id))) return null;
  const department = departmentId ?? (await findRequiredDepartment(deps));
  const agent =
    (await takeNextBot(deps, department)) ??
    (routingMethodOf(settings) === 'Manual_Selection'
      ? null
      : await routing.takeNext(department, availabilityOf(settings)));
  if (agent === null) throw new AppError('agent-not-found');
  return getAgentInfo(deps, agent.agentId);
}

async function getAgentInfo(
  { users, settings }: GetRoomAgentDeps,
  agentId: string | undefined,
): Promise<AgentInfo> {
  const agent = agentId === undefined ? null : await users.findById(agentId);
  if (agent === null) throw new AppError('invalid-agent');
  return agentInfoOf(settings, agent);
}
