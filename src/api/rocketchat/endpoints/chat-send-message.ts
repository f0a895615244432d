import { type SendMessageDeps, sendAgentMessage } from '../../../domain/messages/send-message.ts';
import { userOf } from '../../../http/user-of.ts';
import { agentMessage, readAgentMessage } from '../agent-message.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { arrayOf, nullable, object, optional, string } from '../validation/schema.ts';

const body = object({
  message: agentMessage,
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
    handle: async ({ message }, caller) => ({
      message: await sendAgentMessage(deps, userOf(caller), readAgentMessage(message, 'chat.sendMessage')),
    }),
  });
