import type { Index } from '../mongodb/index-definition.ts';

/** The indexes for contacts. */
export const contactIndexes: readonly Index[] = [
  {
    collection: 'rocketchat_livechat_contact',
    name: 'foyer_contact_manager',
    key: { 'emails.address': 1, contactManager: 1 },
    options: { partialFilterExpression: { contactManager: { $exists: true } } },
    serves: 'the manager of the contact with an e-mail address',
  },
  {
    collection: 'rocketchat_livechat_contact',
    name: 'foyer_contacts_by_name',
    key: { unknown: 1, name: 1, enabled: 1 },
    serves: 'contacts.search, by name',
  },
  {
    collection: 'rocketchat_livechat_contact',
    name: 'foyer_contacts_by_email',
    key: { 'emails.address': 1, enabled: 1 },
    serves: 'the contacts with an e-mail address',
  },
  {
    collection: 'rocketchat_livechat_contact',
    name: 'foyer_contacts_by_phone',
    key: { 'phones.phoneNumber': 1, enabled: 1 },
    serves: 'the contacts with a phone number',
  },
  {
    collection: 'rocketchat_livechat_contact',
    name: 'foyer_contacts_of_visitor',
    key: { 'channels.visitor.visitorId': 1, enabled: 1 },
    serves: "a visitor's contacts, and the one with a given channel",
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
];
