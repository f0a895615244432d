import { listRoomMessages, type ReadRoomsDeps } from '../../../domain/conversation/read-rooms.ts';
import { userOf } from '../../../http/user-of.ts';
import { listEndpoint } from '../endpoint.ts';
import { ItemList } from '../envelope.ts';
import { pagingParams, readPage } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { nullable, object, optional, string } from '../validation/schema.ts';

const path = object({ rid: string('id') });
const query = object({ ...pagingParams, searchTerm: optional(nullable(string('searchTerm'))) });

const accepted = params('legacy', { path, query });

/**
 * `GET livechat/:rid/messages`: the messages in a room. As in Rocket.Chat, `count` is the requested page size, unless
 * the answer has fewer messages because it would become too large.
 */
export const livechatRidMessages = (deps: ReadRoomsDeps) =>
  listEndpoint({
    operationId: 'livechat-rid-messages',
    method: 'get',
    path: '/livechat/:rid/messages',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ rid, searchTerm, ...paging }, caller) => {
      const page = readPage(paging, { ts: -1 }, deps.settings, caller);
      const what = { roomId: rid, searchTerm: searchTerm || undefined };
      const { items, total } = await listRoomMessages(deps, userOf(caller), what, page);
      return new ItemList('messages', items, (count, isWhole) => ({
        offset: page.offset,
        count: isWhole ? page.count : count,
        total,
      }));
    },
  });
