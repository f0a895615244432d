import { mostContactData } from '../visitors/visitor.ts';
import {
  type Contact,
  type ContactChange,
  type ContactConflict,
  type ContactStore,
  hasField,
} from './contact.ts';

/** What is known about a person. Empty strings count as absent. */
export interface ContactFacts {
  readonly name?: string | undefined;
  /** Used as the name of someone who has none. */
  readonly username?: string | undefined;
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  /** The `_id` of an agent. */
  readonly contactManager?: string | undefined;
  readonly customFields?: Readonly<Record<string, string>>;
}

/**
 * Merges what a visitor said about themselves into their contacts. Each contact takes what it lacks, and an unknown
 * contact also what differs. On any other contact a different name or manager is recorded as a conflict. Addresses
 * and numbers are added, up to {@link mostContactData}.
 */
export async function mergeIntoContacts(
  { contacts }: { readonly contacts: ContactStore },
  visitorId: string,
  facts: ContactFacts,
): Promise<void> {
  for (const contact of await contacts.listByVisitor(visitorId)) {
    await mergeIntoContact({ contacts }, contact, facts);
  }
}

/** Like {@link mergeIntoContacts}, for one contact. */
export async function mergeIntoContact(
  { contacts }: { readonly contacts: ContactStore },
  contact: Contact,
  facts: ContactFacts,
): Promise<void> {
  const change = changeOf(contact, facts);
  const isEmpty = Object.values(change).every((part) => Object.keys(part).length === 0);
  if (!isEmpty) await contacts.change(contact._id, change);
}

function changeOf(contact: Contact, facts: ContactFacts): ContactChange {
  const { emails = [], phones = [], conflictingFields = [] } = contact;
  const name = setOrNoteConflict(
    contact,
    'name',
    contact.name,
    facts.name || (contact.name ? '' : facts.username),
  );
  const manager = setOrNoteConflict(contact, 'manager', contact.contactManager, facts.contactManager);
  const given = Object.entries(facts.customFields ?? {});
  return {
    ...(name.set ? { name: name.set } : {}),
    ...(manager.set ? { contactManager: manager.set } : {}),
    customFields: Object.fromEntries(given.filter(([key]) => contact.unknown || !hasField(contact, key))),
    newEmails: additions(
      emails,
      without(
        facts.emails,
        emails.map(({ address }) => address),
      ),
    ),
    newPhones: additions(
      phones,
      without(
        facts.phones,
        phones.map(({ phoneNumber }) => phoneNumber),
      ),
    ),
    newConflicts: additions(conflictingFields, [...name.conflicts, ...manager.conflicts]),
  };
}

const without = (given: readonly string[], known: readonly string[]): string[] =>
  given.filter((each) => !known.includes(each));

/** As much of what is new as a list of this length still has room for. */
const additions = <T>(stored: readonly unknown[], added: readonly T[]): readonly T[] =>
  added.slice(0, Math.max(0, mostContactData - stored.length));

/** A value that may differ from the stored one: it is set, or recorded as a conflict, or known already. */
function setOrNoteConflict(
  { unknown, conflictingFields = [] }: Contact,
  field: string,
  stored: string | undefined,
  value: string | undefined,
): { readonly set?: string; readonly conflicts: readonly ContactConflict[] } {
  const isRecorded = conflictingFields.some((noted) => noted.field === field && noted.value === value);
  if (!value || value === stored || isRecorded) return { conflicts: [] };
  return stored && !unknown ? { conflicts: [{ field, value }] } : { set: value, conflicts: [] };
}
