import { type CreateDepartmentDeps, createDepartment } from '../../../domain/routing/create-department.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import {
  arrayOf,
  boolean,
  nullable,
  number,
  object,
  openObject,
  optional,
  string,
} from '../validation/schema.ts';
import { withoutNulls } from '../validation/without-nulls.ts';

const text = optional(nullable(string()));
const texts = optional(nullable(arrayOf(string())));
const flag = optional(nullable(boolean()));
const department = openObject({
  name: string(),
  email: string(),
  enabled: boolean(),
  showOnRegistration: boolean(),
  showOnOfflineForm: boolean(),
  description: text,
  requestTagBeforeClosingChat: flag,
  chatClosingTags: texts,
  fallbackForwardDepartment: text,
  departmentsAllowedToForward: texts,
  allowReceiveForwardOffline: flag,
  offlineMessageChannelName: text,
});
const amount = optional(nullable(number()));
const agent = object({ agentId: string(), count: amount, order: amount });
const body = object({
  department,
  agents: optional(nullable(arrayOf(agent))),
  // Accepted but not used, as in a Rocket.Chat without a licence.
  departmentUnit: optional(object({ _id: optional(string()) })),
});

const accepted = params('legacy', { body });

/** `POST livechat/department`: creates a department with its agents. */
export const livechatDepartmentCreate = (deps: CreateDepartmentDeps) =>
  endpoint({
    operationId: 'livechat-department-create',
    method: 'post',
    path: '/livechat/department',
    access: { kind: 'all-of', permissions: ['manage-livechat-departments'] },
    input: accepted,
    handle: async (input) =>
      createDepartment(deps, withoutNulls(input.department), (input.agents ?? []).map(withoutNulls)),
  });
