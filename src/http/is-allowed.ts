import type { AccessControl } from '../domain/accounts/access.ts';
import type { User } from '../domain/accounts/user.ts';
import type { Access } from './endpoint.ts';

/** Whether a user (or nobody) has the permissions that an endpoint or a method requires. */
export function isAllowed(access: AccessControl, needed: Access, user: User | undefined): boolean {
  if (needed.kind === 'public') return true;
  if (user === undefined) return false;
  if (needed.kind === 'user') return true;
  const holds = (permission: string) => access.hasPermission(user, permission);
  return needed.kind === 'all-of' ? needed.permissions.every(holds) : needed.permissions.some(holds);
}
