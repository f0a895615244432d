import type { Dependencies } from '../../../domain/dependencies.ts';
import type { SortOrder } from '../../../domain/paging.ts';
import { type VisitorSort, visitorSortFields } from '../../../domain/visitors/visitor-search.ts';
import { listEndpoint } from '../endpoint.ts';
import { foundBySearch, pageOfItems } from '../envelope.ts';
import { meteorError } from '../errors.ts';
import { pagingParams, readPage } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const query = object({ ...pagingParams, term: string('searchTerm') });

const accepted = params('legacy', { query });

/**
 * `GET livechat/visitors.search`: visitors by e-mail address in any case, by phone number in any spelling, or by a
 * part of their name, username or a searchable custom field. A header says if some may be missing.
 */
export const livechatVisitorsSearch = ({
  visitorSearch,
  settings,
}: Pick<Dependencies, 'visitorSearch' | 'settings'>) =>
  listEndpoint({
    operationId: 'livechat-visitors-search',
    method: 'get',
    path: '/livechat/visitors.search',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ term, ...paging }, caller) => {
      const page = readPage(paging, { ts: -1 }, settings, caller);
      const found = await visitorSearch.search(term, { ...page, sort: readVisitorSort(page.sort) });
      return foundBySearch(pageOfItems('visitors', found, page), found);
    },
  });

/** Clients up to 4.x ask for the last chat by the name of their column, Rocket.Chat's documentation by its field. */
const aliases: Readonly<Record<string, string>> = { lastchat: 'lastChat.ts', lastChat: 'lastChat.ts' };

/** One of the fields that clients sort by; any other order would have to read every visitor. */
function readVisitorSort(sort: SortOrder): VisitorSort {
  const [[name, direction] = [], ...others] = Object.entries(sort);
  const field = visitorSortFields.find((each) => each === (aliases[name ?? ''] ?? name));
  if (field !== undefined && direction !== undefined && others.length === 0) return { field, direction };
  const reason = `Invalid sort parameter provided: one of ${visitorSortFields.join(', ')} is possible`;
  throw meteorError('error-invalid-sort', reason, { helperMethod: 'parseJsonQuery' });
}
