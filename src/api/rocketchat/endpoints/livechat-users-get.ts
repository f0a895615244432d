import { endpoint } from '../endpoint.ts';
import { plainError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { path: object({ type: string('word'), _id: string('id') }) });

/**
 * `GET livechat/users/:type/:_id`: refused for types other than `agent` and `manager`, which have endpoints of their
 * own.
 */
export const livechatUsersGet = () =>
  endpoint({
    operationId: 'livechat-users-get',
    method: 'get',
    path: '/livechat/users/:type/:_id',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async () => {
      throw plainError('Invalid type');
    },
  });
