import type { Dependencies } from '../../../domain/dependencies.ts';
import { userOf } from '../../../http/user-of.ts';
import { listEndpoint } from '../endpoint.ts';
import { pageOfItems } from '../envelope.ts';
import { pagingParams, readPage } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { nullable, object, oneOf, optional, string } from '../validation/schema.ts';

const flag = optional(nullable(string('word')));
const query = object({
  text: optional(nullable(string('searchTerm'))),
  onlyMyDepartments: optional(nullable(oneOf('true', 'false'))),
  enabled: flag,
  excludeDepartmentId: optional(nullable(string('id'))),
  showArchived: flag,
  ...pagingParams,
  // Accepted but not used, as in Rocket.Chat.
  query: optional(nullable(string('queryJson'))),
});

const accepted = params('legacy', { query });

/** `GET livechat/department`: the departments, sorted by name. */
export const livechatDepartmentList = ({
  departments,
  settings,
}: Pick<Dependencies, 'departments' | 'settings'>) =>
  listEndpoint({
    operationId: 'livechat-department-list',
    method: 'get',
    path: '/livechat/department',
    access: { kind: 'any-of', permissions: ['view-livechat-departments', 'view-l-room'] },
    input: accepted,
    handle: async (input, caller) => {
      const page = readPage(input, { name: 1 }, settings, caller);
      const filter = {
        text: input.text ?? undefined,
        enabledOnly: input.enabled === 'true',
        withArchived: input.showArchived === 'true',
        agentId: input.onlyMyDepartments === 'true' ? userOf(caller)._id : undefined,
        excludeId: input.excludeDepartmentId ?? undefined,
      };
      return pageOfItems('departments', await departments.list(filter, page), page);
    },
  });
