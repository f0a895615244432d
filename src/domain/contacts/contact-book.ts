import type { PageOf, PageRequest } from '../paging.ts';
import type { Contact } from './contact.ts';
import type { FieldEdit } from './contact-fields.ts';

/** What contacts are looked for by. */
export type ContactTerm =
  | { readonly kind: 'name'; readonly part: string }
  | { readonly kind: 'email'; readonly address: string }
  /** Spellings of one number. */
  | { readonly kind: 'phone'; readonly numbers: readonly string[] };

export interface ContactFilter {
  /** Contacts that no agent has entered or saved, or else only the others. */
  readonly unknown: boolean;
  readonly term?: ContactTerm | undefined;
}

/** What an agent changes about a contact, in one write. */
export interface ContactEdit {
  readonly set: Partial<Pick<Contact, 'name' | 'emails' | 'phones' | 'contactManager'>>;
  readonly withoutManager: boolean;
  readonly customFields: FieldEdit;
  /** The conflicts that this settles: all, or those about these fields. */
  readonly settled: 'all' | readonly string[];
}

/** Contacts as agents look them up and edit them; those that were deleted are left out. */
export interface ContactBook {
  findById(id: string): Promise<Contact | null>;
  list(filter: ContactFilter, page: PageRequest): Promise<PageOf<Contact>>;
  /** Whether any contact has the address, or the number in one of these spellings. */
  has(term: Exclude<ContactTerm, { readonly kind: 'name' }>): Promise<boolean>;
  /** The contact counts as known then. Null if there is none. */
  edit(id: string, edit: ContactEdit): Promise<Contact | null>;
  /** Removes all personal data from a contact as whom nobody writes, and marks it as deleted. */
  disable(id: string): Promise<void>;
}
