import { type FindChatsDeps, findChats } from '../../../domain/conversation/find-chats.ts';
import { collect } from '../../../domain/paging.ts';
import { userOf } from '../../../http/user-of.ts';
import { chatQueryOf } from '../chat-query.ts';
import { listEndpoint, seesVisitors } from '../endpoint.ts';
import { pageOf } from '../params.ts';
import { type PresentChatsDeps, presentChats } from '../present-chat.ts';

const pageSize = 25;

/** `GET chats`: those that pass the filters, the newest first, 25 a page. Agents see their own, managers all. */
export const chats = (deps: FindChatsDeps & PresentChatsDeps) =>
  listEndpoint({
    operationId: 'livechatinc-chats',
    method: 'get',
    path: '/chats',
    access: seesVisitors,
    input: async (req) => ({ page: pageOf(req), query: chatQueryOf(req, deps.settings) }),
    handle: async ({ page, query }, caller) => {
      const { signal } = caller;
      const order = { count: pageSize, offset: (page - 1) * pageSize, sort: { ts: -1 }, signal } as const;
      const { items, total } = await findChats(deps, userOf(caller), query, order);
      return {
        chats: await presentChats(deps, await collect(items), signal),
        total,
        pages: Math.ceil(total / pageSize),
      };
    },
  });
