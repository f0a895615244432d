import { type ListQueueForDeps, listQueueFor } from '../../../domain/rooms/list-queue-for.ts';
import { userOf } from '../../../http/user-of.ts';
import { listEndpoint } from '../endpoint.ts';
import { pageOfItems } from '../envelope.ts';
import { pagingParams, readPage } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { nullable, object, optional, string } from '../validation/schema.ts';

const query = object({ ...pagingParams, department: optional(nullable(string('id'))) });

const accepted = params('legacy', { query });

/** `GET livechat/inquiries.queuedForUser`: the waiting chats that the caller may take, oldest first. */
export const livechatInquiriesQueuedForUser = (deps: ListQueueForDeps) =>
  listEndpoint({
    operationId: 'livechat-inquiries-queued-for-user',
    method: 'get',
    path: '/livechat/inquiries.queuedForUser',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ department, ...paging }, caller) => {
      const page = readPage(paging, { ts: 1 }, deps.settings, caller);
      return pageOfItems(
        'inquiries',
        await listQueueFor(deps, userOf(caller), department || undefined, page),
        page,
      );
    },
  });
