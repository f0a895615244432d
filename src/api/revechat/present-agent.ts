import { livechatRoles } from '../../domain/accounts/roles.ts';
import { firstAddressOf, type User } from '../../domain/accounts/user.ts';
import { splitName } from '../../domain/visits/person-name.ts';

/** Rocket.Chat's roles as REVE Chat's; the order is that of its list. */
export const agentRoles = [
  { role: 'admin', name: 'Super Admin' },
  { role: livechatRoles.manager, name: 'Admin' },
  { role: livechatRoles.agent, name: 'Agent' },
] as const;

/** An agent in REVE Chat's form. What Rocket.Chat does not know of them is `""` or 0. */
export function agentItem(user: User, number: number): object {
  const { firstName: first_name, lastName: last_name } = splitName(user.name ?? user.username);
  const limit = user.livechat?.maxNumberSimultaneousChat;
  return {
    agent_id: number,
    first_name,
    last_name,
    email: firstAddressOf(user),
    phone_no: '',
    role: agentRoles.find(({ role }) => user.roles.includes(role))?.name ?? 'Agent',
    status: user.status === undefined || user.status === 'offline' ? 'Offline' : 'Online',
    last_login_time: user.lastLogin?.getTime() ?? 0,
    concurrent_chat_limit: typeof limit === 'number' ? limit : 0,
    create_time: user.createdAt?.getTime() ?? 0,
    designation: '',
    additional_info: user.bio ?? '',
    enabled: user.active === false ? 0 : 1,
  };
}
