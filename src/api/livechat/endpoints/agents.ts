import { livechatRoles } from '../../../domain/accounts/roles.ts';
import type { UserStore } from '../../../domain/accounts/user.ts';
import { collect } from '../../../domain/paging.ts';
import { agentStatuses, agentStatusOf } from '../agent-status.ts';
import { listEndpoint, seesVisitors } from '../endpoint.ts';
import { invalid } from '../errors.ts';
import { queryText } from '../params.ts';
import { presentAgent } from '../present-agent.ts';

/** `GET agents`: who answers, or those of them with a status. */
export const agents = ({ users }: { readonly users: UserStore }) =>
  listEndpoint({
    operationId: 'livechatinc-agents',
    method: 'get',
    path: '/agents',
    access: seesVisitors,
    input: async (req) => {
      const text = queryText(req, 'status');
      const status = agentStatuses.find((each) => each === text);
      if (text !== undefined && status === undefined)
        throw invalid(`status must be one of ${agentStatuses.join(', ')}`);
      return status;
    },
    handle: async (status, { signal }) => {
      const page = { count: 0, offset: 0, sort: { username: 1 }, signal } as const;
      const { items } = await users.listByRole({ role: livechatRoles.agent }, page);
      const found = await collect(items);
      return found.filter((user) => status === undefined || agentStatusOf(user) === status).map(presentAgent);
    },
  });
