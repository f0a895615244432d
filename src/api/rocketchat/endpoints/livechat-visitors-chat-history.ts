import { listChatHistory, type ReadRoomsDeps } from '../../../domain/conversation/read-rooms.ts';
import { userOf } from '../../../http/user-of.ts';
import { listEndpoint } from '../endpoint.ts';
import { pageOfItems } from '../envelope.ts';
import { pagingParams, readPage } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const path = object({ roomId: string('id'), visitorId: string('id') });
const query = object(pagingParams);

const accepted = params('legacy', { path, query });

/** `GET livechat/visitors.chatHistory/room/:roomId/visitor/:visitorId`: all of a visitor's rooms. */
export const livechatVisitorsChatHistory = (deps: ReadRoomsDeps) =>
  listEndpoint({
    operationId: 'livechat-visitors-chat-history',
    method: 'get',
    path: '/livechat/visitors.chatHistory/room/:roomId/visitor/:visitorId',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async (input, caller) => {
      const page = readPage(input, { ts: -1 }, deps.settings, caller);
      return pageOfItems('history', await listChatHistory(deps, userOf(caller), input, page), page);
    },
  });
