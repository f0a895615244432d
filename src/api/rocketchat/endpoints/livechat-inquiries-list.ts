import { type ListQueueDeps, listQueue } from '../../../domain/rooms/list-queue.ts';
import type { Settings } from '../../../domain/settings/settings.ts';
import { listEndpoint } from '../endpoint.ts';
import { ItemList } from '../envelope.ts';
import { pagingParams, readPage } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { nullable, object, optional, string } from '../validation/schema.ts';

const query = object({ ...pagingParams, department: optional(nullable(string('id'))) });

const accepted = params('legacy', { query });

/** `GET livechat/inquiries.list`: the waiting chats, of all departments if the named one does not exist. */
export const livechatInquiriesList = (deps: ListQueueDeps & { readonly settings: Settings }) =>
  listEndpoint({
    operationId: 'livechat-inquiries-list',
    method: 'get',
    path: '/livechat/inquiries.list',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async ({ department, ...paging }, caller) => {
      const page = readPage(paging, { ts: -1 }, deps.settings, caller);
      const { items, total } = await listQueue(deps, department ?? undefined, page);
      return new ItemList('inquiries', items, (count) => ({ offset: page.offset, count, total }));
    },
  });
