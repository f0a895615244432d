import type { AccessControl } from '../../../domain/accounts/access.ts';
import { type ChangeDepartmentDeps, changeDepartment } from '../../../domain/routing/change-department.ts';
import { userOf } from '../../../http/user-of.ts';
import { departmentAgent, departmentData, departmentUnit } from '../department-data.ts';
import { endpoint } from '../endpoint.ts';
import { bareFailure } from '../errors.ts';
import { params } from '../validation/params.ts';
import { arrayOf, nullable, object, optional, string } from '../validation/schema.ts';
import { withoutNulls } from '../validation/without-nulls.ts';

const accepted = params('match', {
  path: object({ _id: string('id') }),
  body: object({
    department: departmentData,
    agents: optional(nullable(arrayOf(departmentAgent))),
    departmentUnit,
  }),
});

/**
 * `PUT livechat/department/:_id`: changes a department and adds agents to it, if the user may add any. Whoever may
 * do only that gets Rocket.Chat's failure without a reason.
 */
export const livechatDepartmentPut = (deps: ChangeDepartmentDeps & { readonly access: AccessControl }) =>
  endpoint({
    operationId: 'livechat-department-put',
    method: 'put',
    path: '/livechat/department/:_id',
    access: {
      kind: 'any-of',
      permissions: ['manage-livechat-departments', 'add-livechat-department-agents'],
    },
    input: accepted,
    handle: async ({ _id, department, agents }, caller) => {
      const may = (permission: string) => deps.access.hasPermission(userOf(caller), permission);
      if (!may('manage-livechat-departments')) throw bareFailure();
      const added = may('add-livechat-department-agents') ? (agents ?? []) : [];
      return changeDepartment(deps, _id, withoutNulls(department), added.map(withoutNulls));
    },
  });
