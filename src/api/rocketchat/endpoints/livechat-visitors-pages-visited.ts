import { listPagesVisited, type ReadRoomsDeps } from '../../../domain/conversation/read-rooms.ts';
import type { Caller } from '../../../http/endpoint.ts';
import { userOf } from '../../../http/user-of.ts';
import { listEndpoint } from '../endpoint.ts';
import { pageOfItems } from '../envelope.ts';
import { type PagingInput, pagingParams, readPage } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const path = object({ roomId: string('id') });
const query = object(pagingParams);

const accepted = params('legacy', { path, query });

/** The answer of both forms of the operation: a page of the room's page views. */
export async function answerPagesVisited(
  deps: ReadRoomsDeps,
  caller: Caller,
  { roomId, ...paging }: PagingInput & { readonly roomId: string },
) {
  const page = readPage(paging, { ts: -1 }, deps.settings, caller);
  return pageOfItems('pages', await listPagesVisited(deps, userOf(caller), roomId, page), page);
}

/** `GET livechat/visitors.pagesVisited/:roomId`: a room's page views, including those from before it opened. */
export const livechatVisitorsPagesVisited = (deps: ReadRoomsDeps) =>
  listEndpoint({
    operationId: 'livechat-visitors-pages-visited',
    method: 'get',
    path: '/livechat/visitors.pagesVisited/:roomId',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: (input, caller) => answerPagesVisited(deps, caller, input),
  });
