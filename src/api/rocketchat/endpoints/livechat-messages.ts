import { type SendForVisitorDeps, sendForVisitor } from '../../../domain/conversation/send-for-visitor.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { arrayOf, object, string } from '../validation/schema.ts';

const body = object({
  visitor: object({ token: string('token') }),
  messages: arrayOf(object({ msg: string('message') }), 1),
});

/** Who calls is not the visitor's browser. */
const unknownBrowser = { ip: '', userAgent: undefined, acceptLanguage: undefined };

const accepted = params('legacy', { body });

/** `POST livechat/messages`: somebody who is logged in, such as another channel's bridge, writes for a visitor. */
export const livechatMessages = (deps: SendForVisitorDeps) =>
  endpoint({
    operationId: 'livechat-messages',
    method: 'post',
    path: '/livechat/messages',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ visitor: { token }, messages }) => {
      const texts = messages.map(({ msg }) => msg);
      const sent = await sendForVisitor(deps, { token, connection: {}, headers: unknownBrowser }, texts);
      return { messages: sent.map(({ u, msg, ts }) => ({ username: u?.username, msg, ts })) };
    },
  });
