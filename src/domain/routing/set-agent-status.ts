import type { AccessControl } from '../accounts/access.ts';
import { isLivechatUser } from '../accounts/roles.ts';
import type { User, UserStore } from '../accounts/user.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';

export type AgentStatus = 'available' | 'not-available';

export interface SetAgentStatusDeps {
  readonly users: UserStore;
  readonly access: AccessControl;
  readonly clock: Clock;
}

/**
 * Sets whether an agent accepts chats; without a status, toggles it. Changing somebody else's requires
 * `manage-livechat-agents`.
 * @param agentId the calling user if absent.
 * @throws {AppError} `error-invalid-user` for a user who is not an agent, `not-allowed`, `error-user-deactivated`
 */
export async function setAgentStatus(
  { users, access, clock }: SetAgentStatusDeps,
  caller: User,
  agentId: string | undefined,
  status: AgentStatus | undefined,
): Promise<AgentStatus> {
  const agent = await users.findById(agentId ?? caller._id);
  if (!agent || !isLivechatUser(agent, 'agent')) throw new AppError('error-invalid-user');
  if (agent._id !== caller._id && !access.hasPermission(caller, 'manage-livechat-agents'))
    throw new AppError('not-allowed');
  if (!agent.active) throw new AppError('error-user-deactivated');
  const statusLivechat = status ?? (agent.statusLivechat === 'available' ? 'not-available' : 'available');
  if (statusLivechat === agent.statusLivechat) return statusLivechat;
  await users.change(agent._id, { set: { statusLivechat } }, clock());
  access.forgetUser(agent._id);
  return statusLivechat;
}
