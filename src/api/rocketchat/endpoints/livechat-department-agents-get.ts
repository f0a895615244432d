import type { Dependencies } from '../../../domain/dependencies.ts';
import { listEndpoint } from '../endpoint.ts';
import { pageOfItems } from '../envelope.ts';
import { pagingParams, readPage } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { path: object({ _id: string('id') }), query: object(pagingParams) });

/** `GET livechat/department/:_id/agents`: a department's agents, by user name. */
export const livechatDepartmentAgentsGet = ({
  departments,
  settings,
}: Pick<Dependencies, 'departments' | 'settings'>) =>
  listEndpoint({
    operationId: 'livechat-department-agents-get',
    method: 'get',
    path: '/livechat/department/:_id/agents',
    access: { kind: 'any-of', permissions: ['view-livechat-departments', 'view-l-room'] },
    input: accepted,
    handle: async ({ _id, ...paging }, caller) => {
      const page = readPage(paging, { username: 1 }, settings, caller);
      return pageOfItems('agents', await departments.listAgentsPage(_id, page), page);
    },
  });
