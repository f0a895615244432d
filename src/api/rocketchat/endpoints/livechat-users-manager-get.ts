import { getUser } from '../../../domain/accounts/get-user.ts';
import { isLivechatUser } from '../../../domain/accounts/roles.ts';
import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { presentLivechatUser } from '../present-livechat-user.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { path: object({ _id: string('id') }) });

/** `GET livechat/users/manager/:_id`: a user who is a manager; null if they are not. */
export const livechatUsersManagerGet = (deps: Pick<Dependencies, 'users'>) =>
  endpoint({
    operationId: 'livechat-users-manager-get',
    method: 'get',
    path: '/livechat/users/manager/:_id',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async ({ _id }) => {
      const user = await getUser(deps, _id);
      return { user: isLivechatUser(user, 'manager') ? presentLivechatUser(user) : null };
    },
  });
