import { getUser } from '../../../domain/accounts/get-user.ts';
import { isLivechatUser } from '../../../domain/accounts/roles.ts';
import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { presentLivechatUser } from '../present-livechat-user.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { path: object({ _id: string('id') }) });

/** `GET livechat/users/agent/:_id`: a user who is an agent; null if they are not. */
export const livechatUsersAgentGet = (deps: Pick<Dependencies, 'users'>) =>
  endpoint({
    operationId: 'livechat-users-agent-get',
    method: 'get',
    path: '/livechat/users/agent/:_id',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async ({ _id }) => {
      const user = await getUser(deps, _id);
      return { user: isLivechatUser(user, 'agent') ? presentLivechatUser(user) : null };
    },
  });
