import type { Dependencies } from '../../../domain/dependencies.ts';
import { sendAgentMessage } from '../../../domain/send-message.ts';
import { endpoint } from '../../../http/endpoint.ts';
import { params } from '../params.ts';
import { openObject, optional, string } from '../schema.ts';
import { userOf } from '../user-of.ts';

const message = openObject({ _id: optional(string()), rid: string(), msg: optional(string()) });
const body = openObject({ message });

const accepted = params('legacy', { body });

/** `POST chat.sendMessage`: a user answers in a livechat room. */
export const chatSendMessage = (
  deps: Pick<
    Dependencies,
    | 'access'
    | 'clock'
    | 'ids'
    | 'inquiries'
    | 'messages'
    | 'rooms'
    | 'routing'
    | 'settings'
    | 'subscriptions'
    | 'visitors'
  >,
) =>
  endpoint({
    operationId: 'chat-send-message',
    method: 'post',
    path: '/chat.sendMessage',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ message: { _id, rid, msg = '' } }, caller) => ({
      message: await sendAgentMessage(deps, userOf(caller), { rid, msg, id: _id || undefined }),
    }),
  });
