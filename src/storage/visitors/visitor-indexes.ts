import type { Index } from '../mongodb/index-definition.ts';

/** Named by the store that must know whether it is unique. */
export const tokenIndexName = 'foyer_visitor_token';

/**
 * What the queries about visitors rely on; e-mail addresses are looked up over the index that visitors are sorted by.
 */
export const visitorIndexes: readonly Index[] = [
  {
    collection: 'rocketchat_livechat_visitor',
    name: tokenIndexName,
    key: { token: 1 },
    options: { unique: true, sparse: true },
    serves: 'the visitor of a token; one visitor for a token',
  },
  {
    collection: 'rocketchat_livechat_visitor',
    name: 'foyer_visitor_phone',
    key: { 'phone.phoneNumber': 1, ts: 1 },
    options: { partialFilterExpression: { 'phone.phoneNumber': { $exists: true } } },
    serves: 'the visitor of a phone number, the oldest first',
  },
  {
    collection: 'foyer_visitor_claim',
    name: 'foyer_claim_age',
    key: { at: 1 },
    options: { expireAfterSeconds: 3600 },
    serves: 'forgetting claims of registrations that are over',
  },
];
