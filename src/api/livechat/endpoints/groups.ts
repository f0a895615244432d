import { livechatRoles } from '../../../domain/accounts/roles.ts';
import type { User } from '../../../domain/accounts/user.ts';
import type { Dependencies } from '../../../domain/dependencies.ts';
import { collect } from '../../../domain/paging.ts';
import { availabilityOf } from '../../../domain/routing/availability.ts';
import { type AgentStatus, agentStatusOf } from '../agent-status.ts';
import { listEndpoint, seesVisitors } from '../endpoint.ts';
import { loginOf } from '../login-of.ts';

type GroupsDeps = Pick<Dependencies, 'departments' | 'publicIds' | 'routing' | 'settings' | 'users'>;

/** `GET groups`: the departments, after group 0, which contains every agent. */
export const groups = (deps: GroupsDeps) =>
  listEndpoint({
    operationId: 'livechatinc-groups',
    method: 'get',
    path: '/groups',
    access: seesVisitors,
    input: async () => undefined,
    handle: async (_input, { signal }) => {
      const { departments, publicIds, routing, settings, users } = deps;
      const all = { count: 0, offset: 0, signal } as const;
      const byName = { ...all, sort: { name: 1 } } as const;
      const [staff, listed] = await Promise.all([
        users.listByRole({ role: livechatRoles.agent }, { ...all, sort: { username: 1 } }),
        departments.list({ enabledOnly: true, archived: 'excluded' }, byName),
      ]);
      const agents = await collect(staff.items);
      const found = await collect(listed.items);
      const numbers = await publicIds.give(
        'group',
        found.map(({ _id: id }) => ({ id })),
      );
      const availability = availabilityOf(settings);
      const statusOf = async (staff: readonly User[], departmentId?: string): Promise<AgentStatus> => {
        if (await routing.hasAvailable(departmentId, availability)) return 'accepting chats';
        const isAnyoneThere = staff.some((agent) => agentStatusOf(agent) !== 'offline');
        return isAnyoneThere ? 'not accepting chats' : 'offline';
      };
      const agentOf = new Map(agents.map((agent) => [agent._id, agent]));
      const members = await Promise.all(found.map(({ _id }) => departments.listAgents(_id)));
      const everyone = { id: 0, name: 'All operators', language: 'en', agents: agents.map(loginOf) };
      return [
        { ...everyone, status: await statusOf(agents) },
        ...(await Promise.all(
          found.map(async ({ _id, name }, index) => {
            const staff = (members[index] ?? []).flatMap(({ agentId }) => agentOf.get(agentId) ?? []);
            return {
              id: numbers.get(_id)?.number ?? 0,
              name,
              language: 'en',
              agents: staff.map(loginOf),
              status: await statusOf(staff, _id),
            };
          }),
        )),
      ];
    },
  });
