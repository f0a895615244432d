import { type SendMessageDeps, sendVisitorMessage } from '../../../domain/messages/send-message.ts';
import { textOfWidget } from '../../../domain/text/html.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { nullable, object, optional, string } from '../validation/schema.ts';

const body = object({
  token: string('token'),
  rid: string('id'),
  msg: string('message'),
  _id: optional(nullable(string('id'))),
  agent: optional(object({ agentId: string('id'), username: string('username') })),
});

const accepted = params('legacy', { body });

/**
 * `POST livechat/message`: a visitor sends a message. The agent that they may name is ignored, since the room is
 * open.
 */
export const livechatMessage = (deps: SendMessageDeps) =>
  endpoint({
    operationId: 'livechat-message',
    method: 'post',
    path: '/livechat/message',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async ({ token, rid, msg, _id }, { isWidget }) => {
      const text = isWidget ? textOfWidget(msg) : msg;
      return { message: await sendVisitorMessage(deps, { token, rid, msg: text, id: _id || undefined }) };
    },
  });
