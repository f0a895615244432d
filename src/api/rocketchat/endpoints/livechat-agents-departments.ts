import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { nullable, object, optional, string } from '../validation/schema.ts';

const accepted = params('legacy', {
  path: object({ agentId: string('id') }),
  query: object({ enabledDepartmentsOnly: optional(nullable(string('word'))) }),
});

/** `GET livechat/agents/:agentId/departments`: an agent's places in departments, with the departments' names. */
export const livechatAgentsDepartments = ({ departments }: Pick<Dependencies, 'departments'>) =>
  endpoint({
    operationId: 'livechat-agents-departments',
    method: 'get',
    path: '/livechat/agents/:agentId/departments',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ agentId, enabledDepartmentsOnly }) => {
      const places = await departments.listOfAgent(agentId);
      const found = await departments.listByIds(places.map(({ departmentId }) => departmentId));
      const nameOf = new Map(found.map(({ _id, name }) => [_id, name]));
      const shown = places.flatMap((place) => {
        const departmentName = nameOf.get(place.departmentId);
        const isLeftOut = enabledDepartmentsOnly === 'true' && !place.departmentEnabled;
        return departmentName === undefined || isLeftOut ? [] : [{ ...place, departmentName }];
      });
      return { departments: shown };
    },
  });
