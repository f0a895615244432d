import type { User, UserStore } from '../accounts/user.ts';
import { mapBatches, type PageOf, type PageRequest } from '../paging.ts';
import type { Settings } from '../settings/settings.ts';
import { numbersMeant } from '../text/phone-number.ts';
import type { Contact } from './contact.ts';
import type { ContactBook, ContactTerm } from './contact-book.ts';

export interface ListContactsDeps {
  readonly contactBook: ContactBook;
  readonly settings: Settings;
  readonly users: UserStore;
}

/** A contact with its manager's names in place of their `_id`. */
export type ListedContact = Omit<Contact, 'contactManager'> & {
  readonly contactManager?: Pick<User, '_id' | 'name' | 'username'>;
};

/**
 * Contacts, all of them or those that a text describes: a whole e-mail address or phone number, or a part of a name,
 * ignoring case.
 */
export async function listContacts(
  { contactBook, settings, users }: ListContactsDeps,
  { searchText, unknown }: { readonly searchText: string; readonly unknown: boolean },
  page: PageRequest,
): Promise<PageOf<ListedContact>> {
  const term = searchText.trim() === '' ? undefined : termOf(searchText, settings);
  const { items, total } = await contactBook.list({ unknown, term }, page);
  return { items: mapBatches(items, (contacts) => withManagers({ users }, contacts)), total };
}

/** A phone number that ends with an extension, `555-0100 x12`. */
const withExtension = /^[\d\s()./+-]{3,}x\d+$/;

/** What a text is looked for as; each kind has its own index, which has everything that one search looks at. */
function termOf(text: string, settings: Settings): ContactTerm {
  if (text.includes('@')) return emailTerm(text);
  const phone = phoneTerm(text, settings);
  const isNumber = phone.numbers.length > 1 || withExtension.test(text);
  return isNumber ? phone : { kind: 'name', part: text.trim() };
}

/** An e-mail address, in any case. */
export const emailTerm = (email: string) =>
  ({ kind: 'email', address: email.trim().toLowerCase() }) as const satisfies ContactTerm;

/** A phone number as it is spelled, and the numbers that may be meant. */
export const phoneTerm = (phone: string, settings: Settings) =>
  ({
    kind: 'phone',
    numbers: [phone.trim(), ...numbersMeant(phone, settings.get('Foyer_Default_Country'))],
  }) as const satisfies ContactTerm;

async function withManagers(
  { users }: { readonly users: UserStore },
  contacts: readonly Contact[],
): Promise<ListedContact[]> {
  const ids = contacts.flatMap(({ contactManager }) => contactManager ?? []);
  const managers = ids.length === 0 ? [] : await users.listByIds([...new Set(ids)]);
  const byId = new Map(managers.map((user) => [user._id, user]));
  return contacts.map(({ contactManager = '', ...contact }) => {
    const manager = byId.get(contactManager);
    if (manager === undefined) return contact;
    const { _id, name, username } = manager;
    return { ...contact, contactManager: { _id, ...(name && { name }), ...(username && { username }) } };
  });
}
