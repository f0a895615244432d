import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { plainError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { any, openObject, optional } from '../validation/schema.ts';

const accepted = params('legacy', { query: openObject({ ids: optional(any('id')) }) });

/** `GET livechat/department.listByIds`: those of the departments that exist. */
export const livechatDepartmentListByIds = ({ departments }: Pick<Dependencies, 'departments'>) =>
  endpoint({
    operationId: 'livechat-department-list-by-ids',
    method: 'get',
    path: '/livechat/department.listByIds',
    access: { kind: 'any-of', permissions: ['view-livechat-departments', 'view-l-room'] },
    input: accepted,
    handle: async ({ ids }) => {
      if (!ids) throw plainError("The 'ids' param is required");
      if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string'))
        throw plainError("The 'ids' param must be an array");
      return { departments: await departments.listByIds(ids) };
    },
  });
