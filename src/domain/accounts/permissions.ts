import { livechatRoles } from './roles.ts';

const { agent, manager } = livechatRoles;
const livechatStaff = [manager, 'livechat-monitor', agent, 'admin'];
const livechatLeads = [manager, 'livechat-monitor', 'admin'];
const livechatManagers = [manager, 'admin'];
const admins = ['admin'];

/** Rocket.Chat's default roles for the permissions that the service knows; a stored document takes precedence. */
export const permissionDefaults: Readonly<Record<string, readonly string[]>> = {
  'access-permissions': admins,
  'api-bypass-rate-limit': ['admin', 'bot', 'app'],
  'assign-admin-role': admins,
  'close-livechat-room': livechatStaff,
  'close-others-livechat-room': livechatLeads,
  'create-livechat-contact': livechatStaff,
  'create-personal-access-tokens': ['admin', 'user'],
  'create-user': admins,
  'delete-livechat-contact': livechatManagers,
  'edit-livechat-room-customfields': livechatStaff,
  'edit-omnichannel-contact': [manager, agent, 'admin'],
  'edit-other-user-info': admins,
  'edit-privileged-setting': admins,
  'manage-livechat-agents': livechatLeads,
  'manage-livechat-departments': livechatLeads,
  'manage-livechat-managers': livechatManagers,
  'on-hold-livechat-room': livechatStaff,
  'remove-closed-livechat-room': livechatManagers,
  'remove-closed-livechat-rooms': livechatLeads,
  'save-others-livechat-room-info': livechatLeads,
  'send-omnichannel-chat-transcript': livechatManagers,
  'transfer-livechat-guest': livechatLeads,
  'update-livechat-contact': livechatStaff,
  'view-l-room': livechatStaff,
  'view-livechat-appearance': livechatManagers,
  'view-livechat-contact': livechatStaff,
  'view-livechat-contact-history': livechatStaff,
  'view-livechat-customfields': livechatManagers,
  'view-livechat-departments': livechatLeads,
  'view-livechat-installation': livechatManagers,
  'view-livechat-manager': livechatLeads,
  'view-livechat-queue': livechatStaff,
  'view-livechat-room-closed-by-another-agent': livechatLeads,
  'view-livechat-room-closed-same-department': livechatLeads,
  'view-livechat-room-customfields': livechatStaff,
  'view-livechat-rooms': livechatLeads,
  'view-livechat-triggers': livechatManagers,
  'view-livechat-webhooks': livechatManagers,
  'view-omnichannel-contact-center': livechatStaff,
  'view-privileged-setting': admins,
  'view-statistics': admins,
};

/** A document of `rocketchat_permissions`; permissions made from settings carry more. */
export interface Permission {
  readonly _id: string;
  readonly roles: readonly string[];
  readonly _updatedAt?: Date;
}

export interface PermissionGrant {
  readonly _id: string;
  readonly roles: readonly string[];
}

/** Answered from memory; changes made by this instance are seen at once, those made by others within seconds. */
export interface PermissionStore {
  /** The roles that hold a permission: the stored ones or, if nothing is stored, Rocket.Chat's defaults. */
  rolesOf(permission: string): readonly string[];
  isKnown(permission: string): boolean;
  /** Every permission, stored or default, by name. */
  list(): readonly Permission[];
  grant(grants: readonly PermissionGrant[], at: Date): Promise<void>;
}
