import { type CreateDepartmentDeps, createDepartment } from '../../../domain/routing/create-department.ts';
import { amount, departmentData, departmentUnit } from '../department-data.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { arrayOf, nullable, object, optional, string } from '../validation/schema.ts';
import { withoutNulls } from '../validation/without-nulls.ts';

const agent = object({ agentId: string('id'), count: amount, order: amount });
const body = object({
  department: departmentData,
  agents: optional(nullable(arrayOf(agent))),
  departmentUnit,
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
