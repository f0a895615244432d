import type { AccessControl } from '../accounts/access.ts';
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
 * Sets whether an agent accepts chats; without a status, toggles it.
 * @throws {AppError} `error-user-deactivated`
 */
export async function setAgentStatus(
  { users, access, clock }: SetAgentStatusDeps,
  agent: User,
  status: AgentStatus | undefined,
): Promise<AgentStatus> {
  if (!agent.active) throw new AppError('error-user-deactivated');
  const statusLivechat = status ?? (agent.statusLivechat === 'available' ? 'not-available' : 'available');
  if (statusLivechat === agent.statusLivechat) return statusLivechat;
  await users.change(agent._id, { set: { statusLivechat } }, clock());
  access.forgetUser(agent._id);
  return statusLivechat;
}
