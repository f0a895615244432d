import { endpoint } from '../../../http/endpoint.ts';
import { listLivechatUsers } from '../list-livechat-users.ts';
import { pagingParams } from '../pagination.ts';
import { params } from '../params.ts';
import { object, optional, string } from '../schema.ts';

const query = object({
  text: optional(string()),
  onlyAvailable: optional(string()),
  excludeId: optional(string()),
  showIdleAgents: optional(string()),
  ...pagingParams,
});

const accepted = params('legacy', { query });

/** `GET livechat/users/agent`: the agents, by name. */
export const livechatUsersAgentList = (deps: Parameters<typeof listLivechatUsers>[0]) =>
  endpoint({
    operationId: 'livechat-users-agent-list',
    method: 'get',
    path: '/livechat/users/agent',
    access: { kind: 'user' },
    input: accepted,
    handle: (input, caller) => {
      const filter = {
        role: 'livechat-agent',
        text: input.text,
        onlyAvailable: input.onlyAvailable === 'true',
        excludeId: input.excludeId,
        withoutIdle: input.showIdleAgents === 'false',
      };
      return listLivechatUsers(deps, caller, filter, input);
    },
  });
