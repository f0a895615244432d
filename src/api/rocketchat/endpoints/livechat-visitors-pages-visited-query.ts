import type { ReadRoomsDeps } from '../../../domain/conversation/read-rooms.ts';
import { listEndpoint } from '../endpoint.ts';
import { pagingParams } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';
import { answerPagesVisited } from './livechat-visitors-pages-visited.ts';

const query = object({ roomId: string('id'), ...pagingParams });

const accepted = params('legacy', { query });

/** `GET livechat/visitors.pagesVisited?roomId=`: the form in Rocket.Chat's older documentation. */
export const livechatVisitorsPagesVisitedQuery = (deps: ReadRoomsDeps) =>
  listEndpoint({
    operationId: 'livechat-visitors-pages-visited-query',
    method: 'get',
    path: '/livechat/visitors.pagesVisited',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: (input, caller) => answerPagesVisited(deps, caller, input),
  });
