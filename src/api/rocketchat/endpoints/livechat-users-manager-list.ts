import { endpoint } from '../../../http/endpoint.ts';
import { listLivechatUsers } from '../list-livechat-users.ts';
import { pagingParams } from '../pagination.ts';
import { params } from '../params.ts';
import { object, optional, string } from '../schema.ts';

const accepted = params('legacy', { query: object({ text: optional(string()), ...pagingParams }) });

/** `GET livechat/users/manager`: the managers, by name. */
export const livechatUsersManagerList = (deps: Parameters<typeof listLivechatUsers>[0]) =>
  endpoint({
    operationId: 'livechat-users-manager-list',
    method: 'get',
    path: '/livechat/users/manager',
    access: { kind: 'user' },
    input: accepted,
    handle: (input, caller) =>
      listLivechatUsers(deps, caller, { role: 'livechat-manager', text: input.text }, input),
  });
