import rocketChatDefaults from '../rocketchat-defaults.json' with { type: 'json' };

/** Rocket.Chat's permissions, with the roles that hold them by default; a stored document takes precedence. */
export const permissionDefaults: Readonly<Record<string, readonly string[]>> = rocketChatDefaults.permissions;

/** A document of `rocketchat_permissions`; permissions made from settings carry more. */
export interface Permission {
  readonly _id: string;
  readonly roles: readonly string[];
  /** The beginning of time if nobody has given or taken it. */
  readonly _updatedAt: Date;
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
