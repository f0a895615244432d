import { type ShowMessageDeps, showMessage } from '../../../domain/conversation/read-rooms.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { bareFailure } from '../errors.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { query: object({ msgId: string('id') }) });

/** `GET chat.getMessage`: a message in a livechat room that the caller may read. */
export const chatGetMessage = (deps: ShowMessageDeps) =>
  endpoint({
    operationId: 'chat-get-message',
    method: 'get',
    path: '/chat.getMessage',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ msgId }, caller) => {
      const message = await showMessage(deps, userOf(caller), msgId);
      if (message === null) throw bareFailure();
      return { message };
    },
  });
