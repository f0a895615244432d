import type { User } from '../../domain/accounts/user.ts';

/** In which states agents are, in LiveChat's words. */
export const agentStatuses = ['accepting chats', 'not accepting chats', 'offline'] as const;
export type AgentStatus = (typeof agentStatuses)[number];

/** Whether an agent is there, and takes chats. */
export function agentStatusOf({ status, statusLivechat }: User): AgentStatus {
  if (status === undefined || status === 'offline') return 'offline';
  return statusLivechat === 'available' ? 'accepting chats' : 'not accepting chats';
}
