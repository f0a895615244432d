import { endpoint } from '../endpoint.ts';
import { plainError } from '../errors.ts';
import { livechatUsersQuery } from '../list-livechat-users.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { path: object({ type: string('word') }), query: livechatUsersQuery });

/**
 * `GET livechat/users/:type`: refused for types other than `agent` and `manager`, which have endpoints of their own.
 */
export const livechatUsersList = () =>
  endpoint({
    operationId: 'livechat-users-list',
    method: 'get',
    path: '/livechat/users/:type',
    access: { kind: 'user' },
    input: accepted,
    handle: async () => {
      throw plainError('Invalid type');
    },
  });
