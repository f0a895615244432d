import { type VisitorSortField, visitorSortFields } from '../../domain/visitors/visitor-search.ts';
import type { Index } from '../mongodb/index-definition.ts';
import { keyCollection } from './key-document.ts';

const visitors = 'rocketchat_livechat_visitor';

const sortNames: Record<VisitorSortField, Index['name']> = {
  ts: 'foyer_by_ts',
  name: 'foyer_by_name',
  username: 'foyer_by_username',
  'lastChat.ts': 'foyer_by_last_chat',
  phone: 'foyer_by_phone',
  'visitorEmails.address': 'foyer_by_email',
};

/** The indexes for searching visitors and for following their changes. */
export const visitorSearchIndexes: readonly Index[] = [
  ...visitorSortFields.map((field) => ({
    collection: visitors,
    name: sortNames[field],
    key: { [field]: 1, _id: 1 } as const,
    serves: `all visitors by ${field}`,
  })),
  {
    collection: visitors,
    name: 'foyer_updated',
    key: { _updatedAt: 1, _id: 1 },
    serves: 'the visitors written recently',
  },
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
  {
    collection: keyCollection,
    name: 'foyer_suffixes',
    key: { suffixes: 1 },
    serves: 'visitors by a part of a text',
  },
  {
    collection: keyCollection,
    name: 'foyer_exact',
    key: { exact: 1 },
    serves: 'visitors by e-mail address or phone number',
  },
  {
    collection: keyCollection,
    name: 'foyer_name_prefix',
    key: { namePrefix: 1 },
    options: { sparse: true },
    serves: 'visitors by the beginning of their name',
  },
  {
    collection: keyCollection,
    name: 'foyer_long',
    key: { isLong: 1 },
    options: { sparse: true },
    serves: 'visitors with too much text for keys',
  },
];
