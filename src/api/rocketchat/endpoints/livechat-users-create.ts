import { endpoint } from '../endpoint.ts';
import { plainError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const path = object({ type: string('word') });
const accepted = params('legacy', { path, body: object({ username: string('username') }) });

/**
 * `POST livechat/users/:type`: refused for types other than `agent` and `manager`, which have endpoints of their own.
 */
export const livechatUsersCreate = () =>
  endpoint({
    operationId: 'livechat-users-create',
    method: 'post',
    path: '/livechat/users/:type',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async () => {
      throw plainError('Invalid type');
    },
  });
