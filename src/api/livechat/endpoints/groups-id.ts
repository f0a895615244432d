import { endpoint, seesVisitors } from '../endpoint.ts';
import { notFound } from '../errors.ts';
import { groupInPath } from '../params.ts';
import { listStaff, type PresentGroupsDeps, presentEveryone, presentGroup } from '../present-group.ts';

/** `GET groups/:id`: one group, by its number. */
export const groupsId = (deps: PresentGroupsDeps) =>
  endpoint({
    operationId: 'livechatinc-groups-id',
    method: 'get',
    path: '/groups/:id',
    access: seesVisitors,
    input: async (req) => groupInPath(req),
    handle: async (number, { signal }) => {
      const staff = await listStaff(deps, signal);
      if (number === 0) return presentEveryone(deps, staff);
      const id = await deps.publicIds.findByNumber('group', number);
      const department = id === null ? null : await deps.departments.findById(id);
      if (!department?.enabled || department.archived) throw notFound('There is no group with this id');
      return presentGroup(deps, department, staff);
    },
  });
