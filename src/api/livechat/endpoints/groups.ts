import { collect } from '../../../domain/paging.ts';
import { listEndpoint, seesVisitors } from '../endpoint.ts';
import { listStaff, type PresentGroupsDeps, presentEveryone, presentGroup } from '../present-group.ts';

/** `GET groups`: the departments, after group 0, which contains every agent. */
export const groups = (deps: PresentGroupsDeps) =>
  listEndpoint({
    operationId: 'livechatinc-groups',
    method: 'get',
    path: '/groups',
    access: seesVisitors,
    input: async () => undefined,
    handle: async (_input, { signal }) => {
      const { items } = await deps.departments.list(
        { enabledOnly: true, archived: 'excluded' },
        { count: 0, offset: 0, sort: { name: 1 }, signal },
      );
      const departments = await collect(items);
      // All at once, so that they are numbered in their order.
      await deps.publicIds.give(
        'group',
        departments.map(({ _id: id }) => ({ id })),
      );
      const staff = await listStaff(deps, signal);
      const presented = departments.map((department) => presentGroup(deps, department, staff));
      return Promise.all([presentEveryone(deps, staff), ...presented]);
    },
  });
