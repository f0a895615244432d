import type { Index } from '../mongodb/index-definition.ts';

/** Named, because the visitor store must know whether this index is unique. */
export const tokenIndexName = 'foyer_visitor_token';

/** The indexes for visitors. E-mail addresses are looked up with the index that visitors are sorted by. */
export const visitorIndexes: readonly Index[] = [
  {
    collection: 'foyer_presence',
    name: 'foyer_presence_of_visitor',
    key: { visitorId: 1 },
    serves: 'whether an instance has a socket of a visitor',
  },
  {
    collection: 'foyer_presence',
    name: 'foyer_presence_on_instance',
    key: { instance: 1 },
    serves: 'the visitors on the sockets of an instance that died',
  },
  {
    collection: 'foyer_instance',
    name: 'foyer_instance_age',
    key: { aliveUntil: 1 },
    serves: 'instances that died',
  },
  {
    collection: 'rocketchat_livechat_visitor',
    name: tokenIndexName,
    key: { token: 1 },
    options: { unique: true, sparse: true },
    isBuiltFirst: true,
    isClaimed: true,
    serves: 'the visitor with a token; one visitor per token',
  },
  {
    collection: 'rocketchat_livechat_visitor',
    name: 'foyer_visitor_phone',
    key: { 'phone.phoneNumber': 1, ts: 1 },
    options: { partialFilterExpression: { 'phone.phoneNumber': { $exists: true } } },
    serves: 'the visitor with a phone number, oldest first',
  },
  {
    collection: 'foyer_visitor_token',
    name: 'foyer_tokens_of_visitor',
    key: { visitorId: 1, at: -1 },
    serves: "a visitor's further tokens, the newest first",
  },
  {
    collection: 'foyer_visitor_identity',
    name: 'foyer_identity_of_visitor',
    key: { visitorId: 1 },
    options: { unique: true },
    serves: 'who a visitor is; one person per visitor',
  },
  {
    collection: 'foyer_identity_use',
    name: 'foyer_identity_expiry',
    key: { expireAt: 1 },
    options: { expireAfterSeconds: 0 },
    serves: 'removing what is known of expired assertions',
  },
  {
    collection: 'foyer_visitor_claim',
    name: 'foyer_claim_age',
    key: { at: 1 },
    options: { expireAfterSeconds: 3600 },
    serves: 'removing the claims of finished registrations',
  },
];
