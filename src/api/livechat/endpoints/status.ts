import type { Dependencies } from '../../../domain/dependencies.ts';
import { isStaffed } from '../../../domain/routing/availability.ts';
import { endpoint, seesVisitors } from '../endpoint.ts';
import { invalid } from '../errors.ts';
import { groupInPath, groupsOf } from '../params.ts';

type StatusDeps = Pick<Dependencies, 'publicIds' | 'routing' | 'settings'>;

/** `GET status`: whether somebody is there to answer, in a group or at all. */
export const status = (deps: StatusDeps) =>
  endpoint({
    operationId: 'livechatinc-status',
    method: 'get',
    path: '/status',
    access: seesVisitors,
    input: async (req) => {
      const [group = 0, ...others] = groupsOf(req) ?? [];
      if (others.length > 0) throw invalid('group must be one group number');
      return group;
    },
    handle: (group) => answer(deps, group),
  });

/** `GET status/:id`: the same of a group, which LiveChat's own sample asks for in this way. */
export const statusId = (deps: StatusDeps) =>
  endpoint({
    operationId: 'livechatinc-status-id',
    method: 'get',
    path: '/status/:id',
    access: seesVisitors,
    input: async (req) => groupInPath(req),
    handle: (group) => answer(deps, group),
  });

async function answer(deps: StatusDeps, group: number): Promise<object> {
  const department = group === 0 ? undefined : await deps.publicIds.findByNumber('group', group);
  const isOnline =
    deps.settings.get('Livechat_enabled') && department !== null && (await isStaffed(deps, department));
  return { status: isOnline ? 'online' : 'offline' };
}
