import type { User } from '../accounts/user.ts';
import { sharedCustomFields } from '../accounts/user-custom-fields.ts';
import type { Settings } from '../settings/settings.ts';

/** What visitors learn about the agent who serves them. */
export type AgentInfo =
  | Pick<User, '_id' | 'name' | 'username' | 'phone' | 'customFields' | 'status' | 'livechat' | 'emails'>
  | { readonly hiddenInfo: true };

/**
 * An agent as visitors may see them: with the custom fields that are for others than users and, by settings, without
 * their addresses, or not at all.
 */
export function agentInfoOf(settings: Settings, agent: User): AgentInfo {
  if (!settings.get('Livechat_show_agent_info')) return { hiddenInfo: true };
  const { _id, name, username, phone, status, livechat, emails } = agent;
  const customFields = sharedCustomFields(settings, agent);
  const known = { name, username, phone, customFields, status, livechat };
  const shown = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  return { _id, ...shown, ...(emails && settings.get('Livechat_show_agent_email') && { emails }) };
}
