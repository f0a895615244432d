import { createDepartment } from '../../../domain/create-department.ts';
import { endpoint } from '../../../http/endpoint.ts';
import { params } from '../params.ts';
import { arrayOf, boolean, nullable, number, openObject, optional, string } from '../schema.ts';

const department = openObject({
  enabled: boolean(),
  name: string(),
  email: string(),
  showOnRegistration: boolean(),
  showOnOfflineForm: boolean(),
  description: optional(nullable(string())),
  requestTagBeforeClosingChat: optional(boolean()),
  chatClosingTags: optional(arrayOf(string())),
  fallbackForwardDepartment: optional(string()),
  offlineMessageChannelName: optional(string()),
  departmentsAllowedToForward: optional(arrayOf(string())),
});
const agent = openObject({ agentId: string(), count: optional(number()), order: optional(number()) });
const body = openObject({ department, agents: optional(nullable(arrayOf(agent))) });

const accepted = params('legacy', { body });

/** `POST livechat/department`: a department and who answers for it. */
export const livechatDepartmentCreate = (deps: Parameters<typeof createDepartment>[0]) =>
  endpoint({
    operationId: 'livechat-department-create',
    method: 'post',
    path: '/livechat/department',
    access: { kind: 'all-of', permissions: ['manage-livechat-departments'] },
    input: accepted,
    handle: async (input) => {
      const { description, ...rest } = input.department;
      return createDepartment(deps, { ...rest, description: description ?? undefined }, input.agents ?? []);
    },
  });
