import { type SendMessageDeps, sendAgentMessage } from '../../../domain/messages/send-message.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { arrayOf, nullable, object, openObject, optional, string } from '../validation/schema.ts';

const message = openObject({
  _id: optional(nullable(string('id'))),
  rid: string('id'),
  msg: optional(nullable(string('message'))),
});
const body = object({
  message,
  // Accepted but not used: links are not looked up.
  previewUrls: optional(nullable(arrayOf(string('pageAddress')))),
});

const accepted = params('legacy', { body });

/** `POST chat.sendMessage`: a user writes a message in a livechat room. */
export const chatSendMessage = (deps: SendMessageDeps) =>
  endpoint({
    operationId: 'chat-send-message',
    method: 'post',
    path: '/chat.sendMessage',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ message: { _id, rid, msg } }, caller) => ({
      message: await sendAgentMessage(deps, userOf(caller), { rid, msg: msg ?? '', id: _id || undefined }),
    }),
  });
