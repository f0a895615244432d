import { type SendMessageDeps, sendAgentMessage } from '../../../domain/messages/send-message.ts';
import { userOf } from '../../../http/user-of.ts';
import { messageParts, readAgentMessage } from '../agent-message.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { boolean, exactlyOneOf, nullable, object, optional, string } from '../validation/schema.ts';

const message = {
  ...messageParts,
  text: optional(nullable(string('message'))),
  // Accepted but not used: links are not looked up, and there are no threads.
  parseUrls: optional(boolean()),
  tmid: optional(string('id')),
};
const body = exactlyOneOf(
  object({ ...message, roomId: string('id') }),
  object({ ...message, channel: string('id') }),
);

const accepted = params('legacy', { body });

/** `POST chat.postMessage`: a bot, or any user, writes a message in a livechat room, which has no name but its id. */
export const chatPostMessage = (deps: SendMessageDeps) =>
  endpoint({
    operationId: 'chat-post-message',
    method: 'post',
    path: '/chat.postMessage',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ text, ...given }, caller) => {
      const channel = 'roomId' in given ? given.roomId : given.channel;
      const read = readAgentMessage({ ...given, rid: channel, msg: text?.trim() }, 'chat.postMessage');
      const sent = await sendAgentMessage(deps, userOf(caller), { ...read, groupable: false });
      return { ts: sent.ts.getTime(), channel, message: sent };
    },
  });
