import type { Dependencies } from '../../../domain/dependencies.ts';
import { suggestVisitors } from '../../../domain/visitors/suggest-visitors.ts';
import { endpoint } from '../endpoint.ts';
import { foundBySearch } from '../envelope.ts';
import { plainError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';
import { readSelector } from '../validation/selector.ts';

const accepted = params('legacy', { query: object({ selector: string('queryJson') }) });

/**
 * `GET livechat/visitors.autocomplete`: visitors whose name begins with the selector's term. A header says if some may
 * be missing.
 */
export const livechatVisitorsAutocomplete = (deps: Pick<Dependencies, 'visitorSearch'>) =>
  endpoint({
    operationId: 'livechat-visitors-autocomplete',
    method: 'get',
    path: '/livechat/visitors.autocomplete',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ selector }, { signal }) => {
      const { term, exceptions } = readSelector(selector);
      if (term === undefined) throw plainError('The term of the selector must be a string');
      const found = await suggestVisitors(deps, term, exceptions, signal);
      return foundBySearch({ items: found.items }, found);
    },
  });
