import type { VisitorSortField } from '../../domain/visitors/visitor-search.ts';
import type { Index } from '../mongodb/index-definition.ts';

const visitors = 'rocketchat_livechat_visitor';

/** The names of the indexes by what is sorted. */
const sortNames: Record<VisitorSortField, Index['name']> = {
  'visitorEmails.address': 'foyer_by_email',
  username: 'foyer_by_username',
  ts: 'foyer_by_ts',
  name: 'foyer_by_name',
  'lastChat.ts': 'foyer_by_last_chat',
  phone: 'foyer_by_phone',
};

const byField = (field: VisitorSortField): Index => ({
  collection: visitors,
  name: sortNames[field],
  key: { [field]: 1, _id: 1 },
  serves: `all visitors by ${field}`,
});

/**
 * The indexes for listing visitors and for following their changes. What visitors are looked up by, too, comes first,
 * to be built with the other indexes for that.
 */
export const visitorSearchIndexes: readonly Index[] = [
  byField('visitorEmails.address'),
  byField('username'),
  {
    collection: visitors,
    name: 'foyer_updated',
    key: { _updatedAt: 1, _id: 1 },
    serves: 'the visitors written recently',
  },
  byField('ts'),
  byField('name'),
  byField('lastChat.ts'),
  byField('phone'),
  {
    collection: visitors,
    name: 'foyer_disabled',
    key: { disabled: 1, _id: 1 },
    options: { partialFilterExpression: { disabled: true } },
    serves: 'the number of visitors that were deleted',
  },
  {
    collection: 'rocketchat_livechat_custom_field',
    name: 'foyer_searchable',
    key: { scope: 1, searchable: 1 },
    serves: 'the custom fields that are searched',
  },
];

/** What earlier releases searched by; the memory of each instance has taken their place. */
export const retiredSearchCollections: readonly string[] = [
  'foyer_visitor_search',
  'foyer_visitor_search_state',
];
