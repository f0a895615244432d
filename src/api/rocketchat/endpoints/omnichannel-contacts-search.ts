import { type ListContactsDeps, listContacts } from '../../../domain/contacts/list-contacts.ts';
import { listEndpoint } from '../endpoint.ts';
import { pageOfItems } from '../envelope.ts';
import { pagingParams, readPage } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { boolean, object, optional, string } from '../validation/schema.ts';

const query = object({
  ...pagingParams,
  searchText: optional(string('searchTerm')),
  unknown: optional(boolean()),
});

const accepted = params('legacy', { query });

/** `GET omnichannel/contacts.search`: contacts by name, address or number, sorted by name. */
export const omnichannelContactsSearch = (deps: ListContactsDeps) =>
  listEndpoint({
    operationId: 'omnichannel-contacts-search',
    method: 'get',
    path: '/omnichannel/contacts.search',
    access: { kind: 'all-of', permissions: ['view-livechat-contact'] },
    input: accepted,
    handle: async ({ searchText = '', unknown = false, ...paging }, caller) => {
      const page = readPage(paging, { name: 1 }, deps.settings, caller);
      return pageOfItems('contacts', await listContacts(deps, { searchText, unknown }, page), page);
    },
  });
