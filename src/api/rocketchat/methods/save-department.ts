import { type ChangeDepartmentDeps, changeDepartment } from '../../../domain/routing/change-department.ts';
import { type CreateDepartmentDeps, createDepartment } from '../../../domain/routing/create-department.ts';
import { departmentAgent, departmentData } from '../department-data.ts';
import { arrayOf, nullable, string } from '../validation/schema.ts';
import { withoutNulls } from '../validation/without-nulls.ts';
import { method } from './method.ts';

/** `livechat:saveDepartment`: creates a department with its agents, or changes the one with the id and adds some. */
export const saveDepartment = (deps: CreateDepartmentDeps & ChangeDepartmentDeps) =>
  method({
    name: 'livechat:saveDepartment',
    access: { kind: 'all-of', permissions: ['manage-livechat-departments'] },
    parameters: [nullable(string('id')), departmentData, nullable(arrayOf(departmentAgent))],
    handle: async ([id, data, agents]) => {
      const given = withoutNulls(data);
      const added = (agents ?? []).map(withoutNulls);
      const saved = id
        ? await changeDepartment(deps, id, given, added)
        : await createDepartment(deps, given, added);
      return saved.department;
    },
  });
