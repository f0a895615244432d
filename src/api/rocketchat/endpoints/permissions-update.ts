import {
  type UpdatePermissionsDeps,
  updatePermissions,
} from '../../../domain/accounts/update-permissions.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { arrayOf, object, string } from '../validation/schema.ts';

const grant = object({ _id: string('id'), roles: arrayOf(string('id')) });

const accepted = params('typed', { body: object({ permissions: arrayOf(grant, 1) }) });

/** `POST permissions.update`: sets which roles hold permissions, and returns all permissions. */
export const permissionsUpdate = (deps: UpdatePermissionsDeps) =>
  endpoint({
    operationId: 'permissions-update',
    method: 'post',
    path: '/permissions.update',
    access: { kind: 'all-of', permissions: ['access-permissions'] },
    input: accepted,
    handle: async ({ permissions }) => ({ permissions: await updatePermissions(deps, permissions) }),
  });
