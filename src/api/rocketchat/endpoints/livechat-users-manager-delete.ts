import { type LivechatUsersDeps, removeLivechatUser } from '../../../domain/routing/livechat-users.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { path: object({ _id: string('id') }) });

/** `DELETE livechat/users/manager/:_id`: takes the manager's role away from a user. */
export const livechatUsersManagerDelete = (deps: LivechatUsersDeps) =>
  endpoint({
    operationId: 'livechat-users-manager-delete',
    method: 'delete',
    path: '/livechat/users/manager/:_id',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async ({ _id }) => {
      await removeLivechatUser(deps, 'manager', _id);
      return {};
    },
  });
