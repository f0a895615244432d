import { type ContactHistoryDeps, listContactHistory } from '../../../domain/conversation/contact-history.ts';
import { userOf } from '../../../http/user-of.ts';
import { listEndpoint } from '../endpoint.ts';
import { pageOfItems } from '../envelope.ts';
import { pagingParams, readPage } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { object, optional, string } from '../validation/schema.ts';

const query = object({ ...pagingParams, contactId: string('id'), source: optional(string('word')) });

const accepted = params('legacy', { query });

/** `GET omnichannel/contacts.history`: the closed rooms of a contact, the last one first. */
export const omnichannelContactsHistory = (deps: ContactHistoryDeps) =>
  listEndpoint({
    operationId: 'omnichannel-contacts-history',
    method: 'get',
    path: '/omnichannel/contacts.history',
    access: { kind: 'all-of', permissions: ['view-livechat-contact-history'] },
    input: accepted,
    handle: async ({ contactId, source, ...paging }, caller) => {
      const page = readPage(paging, { closedAt: -1 }, deps.settings, caller);
      const asked = { contactId, source: source || undefined };
      return pageOfItems('history', await listContactHistory(deps, userOf(caller), asked, page), page);
    },
  });
