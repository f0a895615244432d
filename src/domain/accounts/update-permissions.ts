import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Permission, PermissionGrant, PermissionStore } from './permissions.ts';
import type { RoleStore } from './roles.ts';

export interface UpdatePermissionsDeps {
  readonly permissions: PermissionStore;
  readonly roles: RoleStore;
  readonly clock: Clock;
}

/**
 * Sets which roles hold permissions, and returns all permissions. If any of them is wrong, nothing is changed.
 * @throws {AppError} `error-invalid-permission`, `error-invalid-role`
 */
export async function updatePermissions(
  { permissions, roles, clock }: UpdatePermissionsDeps,
  grants: readonly PermissionGrant[],
): Promise<readonly Permission[]> {
  if (grants.some(({ _id }) => !permissions.isKnown(_id)))
    throw new AppError('error-invalid-permission', { reason: 'Invalid permission' });
  const named = [...new Set(grants.flatMap((grant) => grant.roles))];
  if ((await roles.findUnknown(named)).length > 0)
    throw new AppError('error-invalid-role', { reason: 'Invalid role' });
  await permissions.grant(grants, clock());
  return permissions.list();
}
