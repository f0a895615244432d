import type { Dependencies } from '../../../domain/dependencies.ts';
import { listEndpoint } from '../endpoint.ts';
import { pageOfItems } from '../envelope.ts';
import { pagingParams, readPage } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { object } from '../validation/schema.ts';

const accepted = params('legacy', { query: object(pagingParams) });

/** `GET livechat/triggers`: the triggers, by name. */
export const livechatTriggersList = ({ settings, triggers }: Pick<Dependencies, 'settings' | 'triggers'>) =>
  listEndpoint({
    operationId: 'livechat-triggers-list',
    method: 'get',
    path: '/livechat/triggers',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async (paging, caller) => {
      const page = readPage(paging, { name: 1 }, settings, caller);
      return pageOfItems('triggers', await triggers.list(page), page);
    },
  });
