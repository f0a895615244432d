import type { Dependencies } from '../../../domain/dependencies.ts';
import { availabilityOf } from '../../../domain/routing/availability.ts';
import { endpoint, seesVisitors } from '../endpoint.ts';
import { invalid } from '../errors.ts';
import { groupsOf } from '../params.ts';

/** `GET status`: whether somebody is there to answer, in a group or at all. */
export const status = (deps: Pick<Dependencies, 'publicIds' | 'routing' | 'settings'>) =>
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
    handle: async (group) => {
      const { publicIds, routing, settings } = deps;
      const department = group === 0 ? undefined : await publicIds.findByNumber('group', group);
      const isOnline =
        settings.get('Livechat_enabled') &&
        department !== null &&
        (await routing.hasAvailable(department, availabilityOf(settings)));
      return { status: isOnline ? 'online' : 'offline' };
    },
  });
