import { livechatRoles } from '../../domain/accounts/roles.ts';
import type { User } from '../../domain/accounts/user.ts';
import { agentStatusOf } from './agent-status.ts';
import { loginOf } from './login-of.ts';

/** Administrators are the owners, managers the administrators of a LiveChat account. */
function permissionOf({ roles }: User): string {
  if (roles.includes('admin')) return 'owner';
  return roles.includes(livechatRoles.manager) ? 'administrator' : 'normal';
}

/** An agent as LiveChat lists them. */
export const presentAgent = (user: User) => ({
  name: user.name ?? user.username ?? '',
  permission: permissionOf(user),
  avatar: '',
  login: loginOf(user),
  status: agentStatusOf(user),
});

/**
 * An agent as LiveChat shows one by itself, but for the API key, which cannot be read again. Agents get no summaries
 * and notifications from here, and have no title but LiveChat's usual one.
 * @param groups the numbers and names of the departments that they answer for.
 */
export function presentAgentDetails(
  user: User,
  groups: readonly { readonly id: number; readonly name: string }[],
): object {
  const limit = user.livechat?.maxNumberSimultaneousChat;
  return {
    ...presentAgent(user),
    login_status: user.statusLivechat === 'available' ? 'accepting chats' : 'not accepting chats',
    daily_summary: 0,
    job_title: 'Support Agent',
    notifications: {
      new_visitor: 0,
      returning_visitor: 0,
      queued_visitor: 0,
      visitor_is_typing: 0,
      new_goal: 0,
    },
    max_chats_count: typeof limit === 'number' ? limit : 0,
    groups,
    last_logout: 0,
  };
}
