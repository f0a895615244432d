import type { User } from './user.ts';

/** The two kinds of livechat staff, and the role that makes a user one of them. */
export const livechatRoles = { agent: 'livechat-agent', manager: 'livechat-manager' } as const;
export type LivechatUserType = keyof typeof livechatRoles;

/** Whether a user is a livechat agent or manager. */
export const isLivechatUser = ({ roles }: Pick<User, 'roles'>, type: LivechatUserType): boolean =>
  roles.includes(livechatRoles[type]);

/** The roles that every Rocket.Chat has, even where the collection has no document for them yet. */
export const builtInRoles: readonly string[] = [
  'admin',
  'anonymous',
  'app',
  'bot',
  'federated-external',
  'guest',
  'leader',
  livechatRoles.agent,
  livechatRoles.manager,
  'moderator',
  'owner',
  'user',
];

/** Rocket.Chat's `rocketchat_roles` and the built-in ones. */
export interface RoleStore {
  /** Those among the given roles that do not exist. */
  findUnknown(roles: readonly string[]): Promise<readonly string[]>;
}
