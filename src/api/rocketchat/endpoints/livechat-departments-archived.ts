import type { Dependencies } from '../../../domain/dependencies.ts';
import { listEndpoint } from '../endpoint.ts';
import { departmentListQuery, listDepartments } from '../list-departments.ts';
import { params } from '../validation/params.ts';

const accepted = params('legacy', { query: departmentListQuery });

/** `GET livechat/departments/archived`: the departments that are archived, sorted by name. */
export const livechatDepartmentsArchived = (deps: Pick<Dependencies, 'departments' | 'settings'>) =>
  listEndpoint({
    operationId: 'livechat-departments-archived',
    method: 'get',
    path: '/livechat/departments/archived',
    access: { kind: 'any-of', permissions: ['view-livechat-departments', 'view-l-room'] },
    input: accepted,
    handle: (input, caller) => listDepartments(deps, input, { enabledOnly: false, archived: 'only' }, caller),
  });
