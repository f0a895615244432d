import {
  type ChangeDepartmentDeps,
  changeDepartmentAgents,
} from '../../../domain/routing/change-department.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { arrayOf, boolean, number, object, optional, string } from '../validation/schema.ts';

const named = {
  agentId: string('id'),
  username: string('name'),
  name: optional(string('name')),
  count: optional(number()),
  order: optional(number()),
};
// Clients send back what they were shown.
const removed = object({
  ...named,
  departmentEnabled: optional(boolean()),
  departmentId: optional(string('id')),
  _id: optional(string('id')),
  _updatedAt: optional(string('word')),
});

const accepted = params('legacy', {
  path: object({ _id: string('id') }),
  body: object({ upsert: arrayOf(object(named)), remove: arrayOf(removed) }),
});

/** `POST livechat/department/:_id/agents`: adds agents to a department, and takes others out of it. */
export const livechatDepartmentAgentsPost = (deps: ChangeDepartmentDeps) =>
  endpoint({
    operationId: 'livechat-department-agents-post',
    method: 'post',
    path: '/livechat/department/:_id/agents',
    access: {
      kind: 'any-of',
      permissions: ['manage-livechat-departments', 'add-livechat-department-agents'],
    },
    input: accepted,
    handle: async ({ _id, upsert, remove }) => {
      await changeDepartmentAgents(deps, _id, { add: upsert, remove: remove.map(({ agentId }) => agentId) });
      return {};
    },
  });
