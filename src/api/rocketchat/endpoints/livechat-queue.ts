import { type ListServedDeps, listServed } from '../../../domain/rooms/list-served.ts';
import type { Settings } from '../../../domain/settings/settings.ts';
import { listEndpoint } from '../endpoint.ts';
import { pageOfItems } from '../envelope.ts';
import { pagingParams, readPage } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { nullable, object, optional, string } from '../validation/schema.ts';

const id = optional(nullable(string('id')));
const query = object({
  ...pagingParams,
  agentId: id,
  departmentId: id,
  includeOfflineAgents: optional(nullable(string('word'))),
});

const accepted = params('legacy', { query });

/** `GET livechat/queue`: how many chats each agent serves in each department, those with the most first. */
export const livechatQueue = (deps: ListServedDeps & { readonly settings: Settings }) =>
  listEndpoint({
    operationId: 'livechat-queue',
    method: 'get',
    path: '/livechat/queue',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ agentId, departmentId, includeOfflineAgents, ...paging }, caller) => {
      const page = readPage(paging, { chats: -1 }, deps.settings, caller);
      const filter = {
        agentId: agentId || undefined,
        departmentId: departmentId || undefined,
        withOffline: includeOfflineAgents === 'true',
      };
      return pageOfItems('queue', await listServed(deps, filter, page), page);
    },
  });
