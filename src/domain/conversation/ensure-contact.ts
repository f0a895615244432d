import type { UserStore } from '../accounts/user.ts';
import type { Clock } from '../clock.ts';
import { type Contact, type ContactChannel, type ContactStore, isChannelOf } from '../contacts/contact.ts';
import { findManagerOf } from '../contacts/contact-manager.ts';
import { type ContactFacts, mergeIntoContact } from '../contacts/merge-into-contact.ts';
import type { RoomSource } from '../contacts/source.ts';
import { acceptedValues } from '../custom-fields/check-value.ts';
import type { CustomFieldStore } from '../custom-fields/custom-field.ts';
import { AppError } from '../errors.ts';
import { derivedId } from '../ids.ts';
import type { RoomStore } from '../rooms/room.ts';
import type { Settings } from '../settings/settings.ts';
import type { IdentityStore } from '../visitors/identity.ts';
import { canIdentify, joinsByClaims } from '../visitors/matching.ts';
import type { Visitor } from '../visitors/visitor.ts';
import { emailsOf, phonesOf } from '../visitors/visitor-search.ts';

export interface EnsureContactDeps {
  readonly clock: Clock;
  readonly contacts: ContactStore;
  readonly customFields: CustomFieldStore;
  readonly identities: IdentityStore;
  readonly rooms: RoomStore;
  readonly settings: Settings;
  readonly users: UserStore;
}

/**
 * The contact that the visitor has on the source's channel, or null.
 * @throws {AppError} `error-contact-channel-blocked` if an agent has blocked the channel.
 */
export async function findChannelContact(
  { contacts }: { readonly contacts: ContactStore },
  { _id }: Visitor,
  source: RoomSource,
): Promise<Contact | null> {
  const contact = await contacts.findByChannel(_id, source);
  const channel = contact?.channels?.find((each) => isChannelOf(each, _id, source));
  if (channel?.blocked) throw new AppError('error-contact-channel-blocked');
  return contact;
}

/**
 * Gives a visitor who has no contact on the source's channel one: the contact that an agent entered under one of the
 * visitor's addresses or numbers (proven ones, unless claims join), or else a new one. However many requests race, it
 * is the same one (docs/adr/0006-one-open-room.md). As in Rocket.Chat, earlier rooms of the visitor from that source
 * are assigned to the contact.
 */
export async function ensureContact(
  deps: EnsureContactDeps,
  visitor: Visitor,
  source: RoomSource,
): Promise<Contact> {
  const facts = await factsOf(deps, visitor);
  const entered = await adoptEnteredContact(deps, visitor, source, facts);
  const contact = entered ?? newContact(deps, visitor, source, facts);
  const [stored] = await Promise.all([
    entered ?? deps.contacts.ensure(contact),
    deps.rooms.setContact(visitor._id, source, contact),
  ]);
  return stored;
}

async function adoptEnteredContact(
  deps: EnsureContactDeps,
  visitor: Visitor,
  source: RoomSource,
  facts: ContactFacts,
): Promise<Contact | null> {
  const known = joinsByClaims(deps.settings) ? facts : await deps.identities.listProven(visitor._id, facts);
  const keys = { emails: known.emails.filter(canIdentify), phones: known.phones.filter(canIdentify) };
  if (keys.emails.length === 0 && keys.phones.length === 0) return null;
  const entered = await deps.contacts.adopt(keys, channelOf(visitor, source));
  if (entered) await mergeIntoContact(deps, entered, facts);
  // If it has been taken already, that may have been another request for this very visitor.
  return findChannelContact(deps, visitor, source);
}

/** Everything that a visitor's document says about the person. */
async function factsOf(deps: EnsureContactDeps, visitor: Visitor): Promise<ContactFacts> {
  const { name, username } = visitor;
  const livechatData = visitor.livechatData ?? {};
  const anyData = Object.keys(livechatData).length > 0;
  const [fields, contactManager] = await Promise.all([
    anyData ? deps.customFields.listByScope('visitor') : [],
    findManagerOf(deps, visitor),
  ]);
  return {
    name,
    username,
    emails: emailsOf(visitor),
    phones: phonesOf(visitor),
    contactManager,
    customFields: acceptedValues(fields, livechatData),
  };
}

function newContact(
  { clock }: EnsureContactDeps,
  visitor: Visitor,
  source: RoomSource,
  { emails, phones, contactManager, customFields = {} }: ContactFacts,
): Contact {
  const { _id, lastChat, activity } = visitor;
  const name = visitor.name || visitor.username;
  const channel = channelOf(visitor, source);
  return {
    _id: derivedId(_id, 'contact', source.type, source.id ?? ''),
    createdAt: clock(),
    ...(name === undefined ? {} : { name }),
    ...(emails.length > 0 ? { emails: emails.map((address) => ({ address })) } : {}),
    ...(phones.length > 0 ? { phones: phones.map((phoneNumber) => ({ phoneNumber })) } : {}),
    ...(contactManager === undefined ? {} : { contactManager }),
    channels: [lastChat ? { ...channel, lastChat } : channel],
    customFields,
    ...(lastChat ? { lastChat } : {}),
    unknown: !activity?.length,
    preRegistration: false,
  };
}

const channelOf = ({ _id: visitorId }: Visitor, source: RoomSource): ContactChannel => ({
  name: source.label || source.type,
  visitor: { visitorId, source: { type: source.type, ...(source.id ? { id: source.id } : {}) } },
  blocked: false,
  verified: false,
  details: source,
});
