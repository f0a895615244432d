import { livechatRoles } from '../../../domain/accounts/roles.ts';
import type { Dependencies } from '../../../domain/dependencies.ts';
import { collect } from '../../../domain/paging.ts';
import { availabilityOf } from '../../../domain/routing/availability.ts';
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
        departments.list({ enabledOnly: true, withArchived: false }, byName),
      ]);
      const agents = await collect(staff.items);
      const found = await collect(listed.items);
      const numbers = await publicIds.give(
        'group',
        found.map(({ _id: id }) => ({ id })),
      );
      const availability = availabilityOf(settings);
      const statusOf = async (id?: string) =>
        (await routing.hasAvailable(id, availability)) ? 'accepting chats' : 'offline';
      const loginsOf = new Map(agents.map((agent) => [agent._id, loginOf(agent)]));
      const members = await Promise.all(found.map(({ _id }) => departments.listAgents(_id)));
      const everyone = { id: 0, name: 'All operators', language: 'en', agents: [...loginsOf.values()] };
      return [
        { ...everyone, status: await statusOf() },
        ...(await Promise.all(
          found.map(async ({ _id, name }, index) => ({
            id: numbers.get(_id)?.number ?? 0,
            name,
            language: 'en',
            agents: (members[index] ?? []).flatMap(({ agentId }) => loginsOf.get(agentId) ?? []),
            status: await statusOf(_id),
          })),
        )),
      ];
    },
  });
