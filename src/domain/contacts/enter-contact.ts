import type { UserStore } from '../accounts/user.ts';
import type { Clock } from '../clock.ts';
import type { CustomFieldStore } from '../custom-fields/custom-field.ts';
import type { IdSource } from '../ids.ts';
import type { ContactStore } from './contact.ts';
import { replaceFields } from './contact-fields.ts';
import { checkManager } from './contact-manager.ts';

export interface EnterContactDeps {
  readonly clock: Clock;
  readonly contacts: ContactStore;
  readonly customFields: CustomFieldStore;
  readonly ids: IdSource;
  readonly users: UserStore;
}

/** What an agent knows of a person who has not written yet. */
export interface NewContact {
  readonly name: string;
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  readonly customFields: Readonly<Record<string, unknown>>;
  /** The `_id` of an agent. */
  readonly contactManager: string | undefined;
}

/**
 * Enters a contact; a visitor with one of its addresses or numbers becomes it with their first room.
 * @returns its `_id`.
 * @throws {AppError} `error-contact-manager-not-found`, `error-invalid-custom-field-value`, `custom-field-not-allowed`.
 */
export async function enterContact(
  { clock, contacts, customFields, ids, users }: EnterContactDeps,
  { name, emails, phones, customFields: given, contactManager }: NewContact,
): Promise<string> {
  if (contactManager) await checkManager({ users }, contactManager);
  const { set } = replaceFields(await customFields.listByScope('visitor'), given, {});
  const contact = {
    _id: ids.hexId(),
    createdAt: clock(),
    name,
    emails: addressesOf(emails),
    phones: numbersOf(phones),
    ...(contactManager ? { contactManager } : {}),
    channels: [],
    customFields: set,
    unknown: false,
    preRegistration: true,
  };
  await contacts.ensure(contact);
  return contact._id;
}

/** Addresses as a contact holds them: each once, in lower case, as those of visitors. */
export const addressesOf = (emails: readonly string[]): { address: string }[] =>
  distinct(emails.map((email) => email.trim().toLowerCase())).map((address) => ({ address }));

/** Numbers as a contact holds them: each once, as they were given. */
export const numbersOf = (phones: readonly string[]): { phoneNumber: string }[] =>
  distinct(phones.map((phone) => phone.trim())).map((phoneNumber) => ({ phoneNumber }));

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].filter((text) => text !== '');
