import type { Dependencies } from '../../../domain/dependencies.ts';
import { listPagesVisited } from '../../../domain/read-rooms.ts';
import { endpoint } from '../../../http/endpoint.ts';
import { pagingParams, readPage } from '../pagination.ts';
import { params } from '../params.ts';
import { object, string } from '../schema.ts';

const path = object({ roomId: string() });
const query = object(pagingParams);

const accepted = params('legacy', { path, query });

/** `GET livechat/visitors.pagesVisited/:roomId`: the page views of a room, those from before it included. */
export const livechatVisitorsPagesVisited = (deps: Pick<Dependencies, 'messages' | 'rooms' | 'settings'>) =>
  endpoint({
    operationId: 'livechat-visitors-pages-visited',
    method: 'get',
    path: '/livechat/visitors.pagesVisited/:roomId',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ roomId, ...paging }) => {
      const page = readPage(paging, { ts: -1 }, deps.settings);
      const { items, total } = await listPagesVisited(deps, roomId, page);
      return { pages: items, count: items.length, offset: page.offset, total };
    },
  });
