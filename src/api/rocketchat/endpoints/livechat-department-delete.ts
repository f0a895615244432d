import {
  type RemoveDepartmentDeps,
  removeDepartment,
} from '../../../domain/conversation/remove-department.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { path: object({ _id: string('id') }) });

/** `DELETE livechat/department/:_id`: removes a department; its conversations stay. */
export const livechatDepartmentDelete = (deps: RemoveDepartmentDeps) =>
  endpoint({
    operationId: 'livechat-department-delete',
    method: 'delete',
    path: '/livechat/department/:_id',
    access: { kind: 'any-of', permissions: ['manage-livechat-departments', 'remove-livechat-department'] },
    input: accepted,
    handle: async ({ _id }) => {
      await removeDepartment(deps, _id);
      return {};
    },
  });
