import { livechatRoles } from '../../../domain/accounts/roles.ts';
import { listEndpoint } from '../endpoint.ts';
import {
  answerLivechatUsers,
  type ListLivechatUsersDeps,
  livechatUsersQuery,
} from '../list-livechat-users.ts';
import { params } from '../validation/params.ts';

const accepted = params('legacy', { query: livechatUsersQuery });

/** `GET livechat/users/agent`: the agents, sorted by name. */
export const livechatUsersAgentList = (deps: ListLivechatUsersDeps) =>
  listEndpoint({
    operationId: 'livechat-users-agent-list',
    method: 'get',
    path: '/livechat/users/agent',
    access: { kind: 'user' },
    input: accepted,
    handle: (input, caller) => {
      const filter = {
        role: livechatRoles.agent,
        text: input.text ?? undefined,
        onlyAvailable: input.onlyAvailable === true,
        excludeId: input.excludeId ?? undefined,
        withoutIdle: input.showIdleAgents === false,
      };
      return answerLivechatUsers(deps, caller, filter, input);
    },
  });
