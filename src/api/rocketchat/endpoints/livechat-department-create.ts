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

const flag = optional(nullable(boolean()));
const department = openObject({
  name: string('name'),
  email: string('email'),
  enabled: boolean(),
  showOnRegistration: boolean(),
  showOnOfflineForm: boolean(),
  description: optional(nullable(string('description'))),
  requestTagBeforeClosingChat: flag,
  chatClosingTags: optional(nullable(arrayOf(string('id')))),
  fallbackForwardDepartment: optional(nullable(string('id'))),
  departmentsAllowedToForward: optional(nullable(arrayOf(string('id')))),
  allowReceiveForwardOffline: flag,
  offlineMessageChannelName: optional(nullable(string('name'))),
});
const amount = optional(nullable(number()));
const agent = object({ agentId: string('id'), count: amount, order: amount });
const body = object({
  department,
  agents: optional(nullable(arrayOf(agent))),
  // Accepted but not used, as in a Rocket.Chat without a licence.
  departmentUnit: optional(object({ _id: optional(string('id')) })),
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
