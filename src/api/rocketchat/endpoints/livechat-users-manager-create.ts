import { addLivechatUser, type LivechatUsersDeps } from '../../../domain/routing/livechat-users.ts';
import { endpoint } from '../endpoint.ts';
import { presentLivechatUser } from '../present-livechat-user.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { body: object({ username: string('username') }) });

/** `POST livechat/users/manager`: makes a user a manager. */
export const livechatUsersManagerCreate = (deps: LivechatUsersDeps) =>
  endpoint({
    operationId: 'livechat-users-manager-create',
    method: 'post',
    path: '/livechat/users/manager',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async ({ username }) => ({
      user: presentLivechatUser(await addLivechatUser(deps, 'manager', username)),
    }),
  });
