import { listTransfers, type ReadRoomsDeps } from '../../../domain/conversation/read-rooms.ts';
import { userOf } from '../../../http/user-of.ts';
import { listEndpoint } from '../endpoint.ts';
import { pageOfItems } from '../envelope.ts';
import { pagingParams, readPage } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { path: object({ rid: string('id') }), query: object(pagingParams) });

/** `GET livechat/transfer.history/:rid`: by whom a conversation was given to whom, the first transfer first. */
export const livechatTransferHistoryRid = (deps: ReadRoomsDeps) =>
  listEndpoint({
    operationId: 'livechat-transfer-history-rid',
    method: 'get',
    path: '/livechat/transfer.history/:rid',
    access: { kind: 'all-of', permissions: ['view-livechat-rooms'] },
    input: accepted,
    handle: async ({ rid, ...paging }, caller) => {
      const page = readPage(paging, { ts: 1 }, deps.settings, caller);
      return pageOfItems('history', await listTransfers(deps, userOf(caller), rid, page), page);
    },
  });
