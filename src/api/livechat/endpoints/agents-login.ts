import { livechatRoles } from '../../../domain/accounts/roles.ts';
import type { User, UserStore } from '../../../domain/accounts/user.ts';
import { collect } from '../../../domain/paging.ts';
import type { DepartmentStore } from '../../../domain/routing/department.ts';
import { maxLengths } from '../../../domain/text/max-lengths.ts';
import type { PublicIdStore } from '../../../domain/visits/public-ids.ts';
import { endpoint, seesVisitors } from '../endpoint.ts';
import { invalid, notFound } from '../errors.ts';
import { presentAgentDetails } from '../present-agent.ts';

export interface AgentsLoginDeps {
  readonly departments: DepartmentStore;
  readonly publicIds: PublicIdStore;
  readonly users: UserStore;
}

/** `GET agents/:login`: one agent, by their e-mail address or user name. */
export const agentsLogin = (deps: AgentsLoginDeps) =>
  endpoint({
    operationId: 'livechatinc-agents-login',
    method: 'get',
    path: '/agents/:login',
    access: seesVisitors,
    input: async (req) => {
      const login = String(req.params.login);
      if (login.length > maxLengths.email) throw invalid('The login is too long');
      return login;
    },
    handle: async (login, { signal }) => {
      const agent = await findAgent(deps.users, login);
      if (agent === null) throw notFound('There is no agent with this login');
      return presentAgentDetails(agent, await groupsOf(deps, agent, signal));
    },
  });

async function findAgent(users: UserStore, login: string): Promise<User | null> {
  const user = (await users.findWithCredentials({ email: login })) ?? (await users.findByUsername(login));
  return user?.roles.includes(livechatRoles.agent) ? user : null;
}

async function groupsOf({ departments, publicIds }: AgentsLoginDeps, agent: User, signal: AbortSignal) {
  const { items } = await departments.list(
    { enabledOnly: true, archived: 'excluded', agentId: agent._id },
    { count: 0, offset: 0, sort: { name: 1 }, signal },
  );
  const found = await collect(items);
  const numbers = await publicIds.give(
    'group',
    found.map(({ _id: id }) => ({ id })),
  );
  return found.map(({ _id, name }) => ({ id: numbers.get(_id)?.number ?? 0, name }));
}
