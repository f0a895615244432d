import { livechatRoles } from '../../domain/accounts/roles.ts';
import type { User } from '../../domain/accounts/user.ts';
import type { Dependencies } from '../../domain/dependencies.ts';
import { collect } from '../../domain/paging.ts';
import { isStaffed } from '../../domain/routing/availability.ts';
import type { Department } from '../../domain/routing/department.ts';
import { type AgentStatus, agentStatusOf } from './agent-status.ts';
import { loginOf } from './login-of.ts';

export type PresentGroupsDeps = Pick<
  Dependencies,
  'departments' | 'publicIds' | 'routing' | 'settings' | 'users'
>;

/** Which group always has every agent, and is no department. */
export const everyonesGroup = { id: 0, name: 'All operators', language: 'en' } as const;

/** Everyone who answers. */
export async function listStaff({ users }: PresentGroupsDeps, signal: AbortSignal): Promise<User[]> {
  const everyone = { count: 0, offset: 0, sort: { username: 1 }, signal } as const;
  return collect((await users.listByRole({ role: livechatRoles.agent }, everyone)).items);
}

/** Group 0. As in LiveChat, its members are not listed. */
export const presentEveryone = async (deps: PresentGroupsDeps, staff: readonly User[]): Promise<object> => ({
  ...everyonesGroup,
  status: await statusOf(deps, staff),
});

/**
 * A department as a group.
 * @param staff everyone who answers, whether for this department or another.
 */
export async function presentGroup(
  deps: PresentGroupsDeps,
  { _id, name }: Department,
  staff: readonly User[],
): Promise<object> {
  const [numbers, links] = await Promise.all([
    deps.publicIds.give('group', [{ id: _id }]),
    deps.departments.listAgents(_id),
  ]);
  const userOf = new Map(staff.map((user) => [user._id, user]));
  const members = links.flatMap(({ agentId }) => userOf.get(agentId) ?? []);
  return {
    id: numbers.get(_id)?.number ?? 0,
    name,
    language: 'en',
    agents: members.map(loginOf),
    status: await statusOf(deps, members, _id),
  };
}

async function statusOf(
  deps: PresentGroupsDeps,
  members: readonly User[],
  departmentId?: string,
): Promise<AgentStatus> {
  if (await isStaffed(deps, departmentId)) return 'accepting chats';
  return members.some((agent) => agentStatusOf(agent) !== 'offline') ? 'not accepting chats' : 'offline';
}
