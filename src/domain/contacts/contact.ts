import { type CustomFieldValues, customFieldValue } from '../custom-fields/custom-field.ts';
import type { LastChat } from '../visitors/visitor.ts';
import type { ChannelSource, RoomSource } from './source.ts';

/** A channel through which one of the contact's visitors writes. */
export interface ContactChannel {
  readonly name: string;
  readonly visitor: { readonly visitorId: string; readonly source?: ChannelSource };
  readonly blocked: boolean;
  readonly verified: boolean;
  /** The source of the channel's first room. */
  readonly details: RoomSource;
  readonly lastChat?: LastChat;
}

/** Something that a visitor said about themselves that differs from what the contact holds; agents decide. */
export interface ContactConflict {
  readonly field: string;
  readonly value: string;
}

/**
 * A document of `rocketchat_livechat_contact`, which Rocket.Chat 7 and later keeps for the person behind one or more
 * visitors. Documents written by others may lack anything but `_id`.
 */
export interface Contact {
  readonly _id: string;
  readonly createdAt?: Date;
  readonly name?: string;
  readonly emails?: readonly { readonly address: string }[];
  readonly phones?: readonly { readonly phoneNumber: string }[];
  /** The `_id` of an agent. */
  readonly contactManager?: string;
  readonly channels?: readonly ContactChannel[];
  readonly customFields?: Readonly<Record<string, unknown>>;
  readonly conflictingFields?: readonly ContactConflict[];
  readonly lastChat?: LastChat;
  /** No agent has entered or saved it yet: what its visitors say about themselves replaces what it holds. */
  readonly unknown?: boolean;
  /** Entered by an agent, and still without a channel. */
  readonly preRegistration?: boolean;
  /** The last twelve months, as `YYYY-MM`, in which an agent answered. */
  readonly activity?: readonly string[];
}

/** What changes about a contact: values to set, and values to add to its lists. */
export interface ContactChange {
  readonly name?: string;
  readonly contactManager?: string;
  readonly customFields: Readonly<Record<string, string>>;
  readonly newEmails: readonly string[];
  readonly newPhones: readonly string[];
  readonly newConflicts: readonly ContactConflict[];
}

/** Addresses and numbers that link a contact entered by an agent to a visitor. */
export interface ContactKeys {
  readonly emails: readonly string[];
  readonly phones: readonly string[];
}

export interface ContactStore {
  /** The contact that has the visitor's channel; the oldest if there are several. */
  findByChannel(visitorId: string, source: ChannelSource): Promise<Contact | null>;
  listByVisitor(visitorId: string): Promise<Contact[]>;
  /** The visitors of the visitor's contacts, including the visitor if they have a contact. */
  listVisitorIds(visitorId: string): Promise<string[]>;
  /** The `_id` of the user who manages the contact with the e-mail address. */
  findManagerId(email: string): Promise<string | null>;
  /** Stores a contact, unless one with this `_id` exists; returns the one that is stored then. */
  ensure(contact: Contact): Promise<Contact>;
  /**
   * Adds the channel to a contact that an agent entered under one of the keys and that has no channel yet; null if
   * there is none.
   */
  adopt(keys: ContactKeys, channel: ContactChannel): Promise<Contact | null>;
  change(id: string, change: ContactChange): Promise<void>;
  /** Stores the newest conversation, on the contact and on its channel. */
  setLastChat(id: string, visitorId: string, source: ChannelSource, lastChat: LastChat): Promise<void>;
  /** Records that an agent answered in the month, given as `YYYY-MM`. */
  addActivity(id: string, month: string): Promise<void>;
  /**
   * Sets custom fields on the visitor's contacts; a value that conflicts with a stored one is recorded as a conflict.
   */
  setCustomFields(visitorId: string, values: CustomFieldValues): Promise<void>;
  /** Makes the visitor's channels another visitor's. */
  setVisitor(fromId: string, toId: string): Promise<void>;
  /** Removes all personal data from the visitor's contacts and marks them as deleted; returns how many there are. */
  disable(visitorId: string): Promise<number>;
}

/**
 * Whether the channel is the visitor's and has this source. A source without an id matches every channel of its type.
 */
export const isChannelOf = (
  { visitor }: ContactChannel,
  visitorId: string,
  { type, id }: ChannelSource,
): boolean =>
  visitor.visitorId === visitorId && visitor.source?.type === type && (!id || visitor.source.id === id);

/** The `_id`s of the visitors who write as the contact. */
export const visitorsOf = ({ channels = [] }: Pick<Contact, 'channels'>): string[] =>
  [...new Set(channels.map(({ visitor }) => visitor.visitorId))].filter((id) => typeof id === 'string');

/** Whether the contact has a value in the custom field. */
export const hasField = ({ customFields }: Contact, id: string): boolean =>
  Boolean(customFieldValue(customFields, id));
