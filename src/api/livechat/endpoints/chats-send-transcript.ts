import {
  type SendChatTranscriptDeps,
  sendChatTranscript,
} from '../../../domain/conversation/send-chat-transcript.ts';
import { maxLengths } from '../../../domain/text/max-lengths.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { invalid } from '../errors.ts';
import { bodyOf, chatInPath } from '../params.ts';

/** `POST chats/:id/send_transcript`: mails what was said in a chat. */
export const chatsSendTranscript = (deps: SendChatTranscriptDeps) =>
  endpoint({
    operationId: 'livechatinc-chats-send-transcript',
    method: 'post',
    path: '/chats/:id/send_transcript',
    access: { kind: 'all-of', permissions: ['view-l-room', 'send-omnichannel-chat-transcript'] },
    input: async (req) => {
      const { to } = bodyOf(req);
      if (typeof to !== 'string' || to.length > maxLengths.email)
        throw invalid('to must be an e-mail address');
      return { code: chatInPath(req), to };
    },
    handle: async ({ code, to }, caller) => {
      const { signal } = caller;
      await sendChatTranscript(deps, userOf(caller), { code, email: to, signal });
      return { result: `E-mail has been sent to ${to}.` };
    },
  });
