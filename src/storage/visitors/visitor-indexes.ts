import type { Index } from '../mongodb/indexes.ts';

/** Named by the store that must know whether it is unique. */
export const tokenIndexName = 'foyer_visitor_token';

/**
 * What the queries about visitors, their contacts and custom fields rely on; e-mail addresses are looked up over the index
 * that visitors are sorted by. But for the unique one, which MongoDB keeps
 * apart from a plain one, each key differs from every key that Rocket.Chat indexes: it creates its indexes all at once,
 * and one that exists under another name would make all of them fail.
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
  {
    collection: 'rocketchat_livechat_custom_field',
    name: 'foyer_custom_fields_of_scope',
    key: { scope: 1, _id: 1 },
    serves: 'the custom fields of visitors, and those of rooms',
  },
  {
    collection: 'rocketchat_livechat_contact',
    name: 'foyer_contact_manager',
    key: { 'emails.address': 1, contactManager: 1 },
    options: { partialFilterExpression: { contactManager: { $exists: true } } },
    serves: 'the manager of the contact with an e-mail address',
  },
  {
    collection: 'rocketchat_livechat_contact',
    name: 'foyer_contacts_of_visitor',
    key: { 'channels.visitor.visitorId': 1, enabled: 1 },
    serves: 'the contacts of a visitor, and that of one of its channels',
  },
  {
    collection: 'rocketchat_livechat_contact',
    name: 'foyer_entered_contact_by_email',
    key: { 'emails.address': 1, preRegistration: 1 },
    options: { partialFilterExpression: { preRegistration: true } },
    serves: 'the contact that an agent entered under an e-mail address',
  },
  {
    collection: 'rocketchat_livechat_contact',
    name: 'foyer_entered_contact_by_phone',
    key: { 'phones.phoneNumber': 1, preRegistration: 1 },
    options: { partialFilterExpression: { preRegistration: true } },
    serves: 'the contact that an agent entered under a phone number',
  },
  {
    collection: 'rocketchat_uploads',
    name: 'foyer_uploads_of_room',
    key: { rid: 1, _id: 1 },
    serves: 'the files of the rooms that are deleted with their visitor',
  },
  {
    collection: 'rocketchat_uploads.chunks',
    name: 'foyer_chunks_of_file',
    key: { files_id: 1, _id: 1 },
    serves: 'the content of those files',
  },
  {
    collection: 'rocketchat_read_receipts',
    name: 'foyer_receipts_of_room',
    key: { roomId: 1, _id: 1 },
    serves: 'who read what in the rooms that are deleted with their visitor',
  },
];
