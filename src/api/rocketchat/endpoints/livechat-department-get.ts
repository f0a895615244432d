import type { Dependencies } from '../../../domain/dependencies.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { nullable, object, openObject, optional, string } from '../validation/schema.ts';

const flag = optional(nullable(string('word')));

const accepted = params('legacy', {
  path: object({ _id: string('id') }),
  query: openObject({ onlyMyDepartments: flag, includeAgents: flag }),
});

/** `GET livechat/department/:_id`: one department, null if it is unknown, with its agents for those who may see them. */
export const livechatDepartmentGet = ({
  access,
  departments,
}: Pick<Dependencies, 'access' | 'departments'>) =>
  endpoint({
    operationId: 'livechat-department-get',
    method: 'get',
    path: '/livechat/department/:_id',
    access: { kind: 'any-of', permissions: ['view-livechat-departments', 'view-l-room'] },
    input: accepted,
    handle: async ({ _id, onlyMyDepartments, includeAgents }, caller) => {
      const user = userOf(caller);
      const [department, agents] = await Promise.all([
        departments.findById(_id),
        departments.listAgents(_id),
      ]);
      const isOurs = onlyMyDepartments !== 'true' || agents.some(({ agentId }) => agentId === user._id);
      const showsAgents =
        (includeAgents ?? 'true') === 'true' && access.hasPermission(user, 'view-livechat-departments');
      return { department: isOurs ? department : null, ...(showsAgents && { agents: isOurs ? agents : [] }) };
    },
  });
