import { deleteOwnMessage, type VisitorMessagesDeps } from '../../../domain/messages/visitor-messages.ts';
import { endpoint } from '../endpoint.ts';
import { pagingParams } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const path = object({ _id: string('id') });
const body = object({ token: string('token'), rid: string('id'), ...pagingParams });

const accepted = params('legacy', { path, body });

/** `DELETE livechat/message/:_id`: a visitor deletes one of their messages. */
export const livechatMessageDelete = (deps: VisitorMessagesDeps) =>
  endpoint({
    operationId: 'livechat-message-delete',
    method: 'delete',
    path: '/livechat/message/:_id',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async ({ _id, token, rid }) => {
      await deleteOwnMessage(deps, { token, rid }, _id);
      return { message: { _id, ts: deps.clock() } };
    },
  });
