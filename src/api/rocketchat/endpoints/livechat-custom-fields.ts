import { listCustomFields } from '../../../domain/custom-fields/list-custom-fields.ts';
import type { Dependencies } from '../../../domain/dependencies.ts';
import { listEndpoint } from '../endpoint.ts';
import { pageOfItems } from '../envelope.ts';
import { pagingParams, readPage } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { nullable, object, optional, string } from '../validation/schema.ts';

type Deps = Pick<Dependencies, 'customFields' | 'settings'>;

const query = object({
  text: optional(nullable(string('searchTerm'))),
  ...pagingParams,
  // Accepted but not used, as in Rocket.Chat.
  query: optional(nullable(string('queryJson'))),
});

const accepted = params('legacy', { query });

/** `GET livechat/custom-fields`: the fields that the site has defined; `text` is a part of their label or name. */
export const livechatCustomFields = (deps: Deps) =>
  listEndpoint({
    operationId: 'livechat-custom-fields',
    method: 'get',
    path: '/livechat/custom-fields',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async (input, caller) => {
      const page = readPage(input, { label: 1 }, deps.settings, caller);
      return pageOfItems('customFields', await listCustomFields(deps, input.text ?? '', page), page);
    },
  });
