import { livechatRoles } from '../../../domain/accounts/roles.ts';
import { listEndpoint } from '../endpoint.ts';
import {
  answerLivechatUsers,
  type ListLivechatUsersDeps,
  livechatUsersQuery,
} from '../list-livechat-users.ts';
import { params } from '../validation/params.ts';

const accepted = params('legacy', { query: livechatUsersQuery });

/** `GET livechat/users/manager`: the managers, sorted by name. */
export const livechatUsersManagerList = (deps: ListLivechatUsersDeps) =>
  listEndpoint({
    operationId: 'livechat-users-manager-list',
    method: 'get',
    path: '/livechat/users/manager',
    access: { kind: 'user' },
    input: accepted,
    handle: (input, caller) =>
      answerLivechatUsers(
        deps,
        caller,
        { role: livechatRoles.manager, text: input.text ?? undefined },
        input,
      ),
  });
