import type { Dependencies } from '../../../domain/dependencies.ts';
import { listEndpoint } from '../endpoint.ts';
import { departmentListQuery, listDepartments } from '../list-departments.ts';
import { params } from '../validation/params.ts';

const accepted = params('legacy', { query: departmentListQuery });

/** `GET livechat/department`: the departments, sorted by name. */
export const livechatDepartmentList = (deps: Pick<Dependencies, 'departments' | 'settings'>) =>
  listEndpoint({
    operationId: 'livechat-department-list',
    method: 'get',
    path: '/livechat/department',
    access: { kind: 'any-of', permissions: ['view-livechat-departments', 'view-l-room'] },
    input: accepted,
    handle: (input, caller) => {
      const enabledOnly = input.enabled === 'true';
      const archived = input.showArchived === 'true' ? 'included' : 'excluded';
      return listDepartments(deps, input, { enabledOnly, archived }, caller);
    },
  });
