import { type FindChatsDeps, findChat } from '../../../domain/conversation/find-chats.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint, seesVisitors } from '../endpoint.ts';
import { notFound } from '../errors.ts';
import { chatInPath } from '../params.ts';
import { type PresentChatsDeps, presentChats } from '../present-chat.ts';

/** `GET chats/:id`: one chat, of those that the caller may list, whether it has ended or not. */
export const chatsId = (deps: FindChatsDeps & PresentChatsDeps) =>
  endpoint({
    operationId: 'livechatinc-chats-id',
    method: 'get',
    path: '/chats/:id',
    access: seesVisitors,
    input: async (req) => chatInPath(req),
    handle: async (code, caller) => {
      const room = await findChat(deps, userOf(caller), code, caller.signal);
      const [chat] = room ? await presentChats(deps, [room], caller.signal) : [];
      if (!chat) throw notFound('There is no chat with this id');
      return chat;
    },
  });
