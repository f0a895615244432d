import type { CustomFieldValues } from './custom-field.ts';

/**
 * Documents of `rocketchat_livechat_contact`, which Rocket.Chat 7 and later keeps for the person behind one or more
 * visitors. The service makes none, but keeps those of a Rocket.Chat beside it true.
 */
export interface ContactStore {
  /** The `_id` of the user who manages the contact with the e-mail address. */
  findManagerId(email: string): Promise<string | null>;
  /** The visitors of the visitor's contacts, itself among them where it has one. */
  listVisitorIds(visitorId: string): Promise<string[]>;
  /** Sets custom fields on the visitor's contacts; what conflicts with what they hold is noted there as a conflict. */
  setCustomFields(visitorId: string, values: CustomFieldValues): Promise<void>;
  /** Takes everything personal from the visitor's contacts and marks them as deleted. */
  disable(visitorId: string): Promise<void>;
}
