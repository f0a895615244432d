import { type ReadRoomsDeps, searchChats } from '../../../domain/conversation/read-rooms.ts';
import { userOf } from '../../../http/user-of.ts';
import { listEndpoint } from '../endpoint.ts';
import { pageOfItems } from '../envelope.ts';
import { pagingParams, readPage } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { nullable, object, optional, string } from '../validation/schema.ts';

const path = object({ roomId: string('id'), visitorId: string('id') });
const flag = optional(nullable(string('word')));
const query = object({
  ...pagingParams,
  searchText: optional(nullable(string('searchTerm'))),
  closedChatsOnly: flag,
  servedChatsOnly: flag,
  source: optional(nullable(string('word'))),
});
const accepted = params('legacy', { path, query });

/** `GET livechat/visitors.searchChats/room/:roomId/visitor/:visitorId`: a visitor's rooms, by state and text. */
export const livechatVisitorsSearchChats = (deps: ReadRoomsDeps) =>
  listEndpoint({
    operationId: 'livechat-visitors-search-chats',
    method: 'get',
    path: '/livechat/visitors.searchChats/room/:roomId/visitor/:visitorId',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async (given, caller) => {
      const { roomId, visitorId, searchText, closedChatsOnly, servedChatsOnly, source } = given;
      const page = readPage(given, { ts: -1 }, deps.settings, caller);
      const filter = {
        closedOnly: closedChatsOnly === 'true',
        servedOnly: servedChatsOnly === 'true',
        ...(source ? { source } : {}),
      };
      const search = { roomId, visitorId, filter, searchText: searchText || undefined };
      return pageOfItems('history', await searchChats(deps, userOf(caller), search, page), page);
    },
  });
