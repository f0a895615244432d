import type { UserStore } from '../accounts/user.ts';
import type { Contact } from '../contacts/contact.ts';
import type { ContactBook, ContactEdit } from '../contacts/contact-book.ts';
import { type FieldEdit, noFieldEdit, replaceFields, setFields } from '../contacts/contact-fields.ts';
import { checkManager } from '../contacts/contact-manager.ts';
import { addressesOf, numbersOf } from '../contacts/enter-contact.ts';
import type { CustomFieldStore } from '../custom-fields/custom-field.ts';
import { AppError } from '../errors.ts';
import { type RenameRoomsDeps, renameRooms } from '../rooms/rename-rooms.ts';

export type EditContactDeps = RenameRoomsDeps & {
  readonly contactBook: ContactBook;
  readonly customFields: CustomFieldStore;
  readonly users: UserStore;
};

type Values = Readonly<Record<string, unknown>>;

/** What an agent says of a contact; what is absent stays. */
interface Said {
  readonly name?: string | undefined;
  /** The `_id` of an agent; empty for nobody. */
  readonly contactManager?: string | undefined;
}

/** A contact as an agent saves it. */
export interface ContactRevision extends Said {
  readonly emails?: readonly string[] | undefined;
  readonly phones?: readonly string[] | undefined;
  /** All of them, as {@link replaceFields} takes them. */
  readonly customFields?: Values | undefined;
  readonly wipesConflicts: boolean;
}

/** What is right where a contact's visitors have said something else. */
export interface ConflictResolution extends Said {
  /** Some of them; the others stay. */
  readonly customFields?: Values | undefined;
  /** All conflicts are settled, and not only those about what is given. */
  readonly wipesConflicts: boolean;
}

/**
 * Saves a contact, and renames its rooms with it.
 * @throws {AppError} `error-contact-not-found`, `error-contact-manager-not-found`, `error-invalid-custom-field-value`,
 *   `custom-field-not-allowed`.
 */
export async function reviseContact(
  deps: EditContactDeps,
  id: string,
  { name, emails, phones, customFields, contactManager, wipesConflicts }: ContactRevision,
): Promise<Contact> {
  const contact = await getContact(deps, id);
  return save(deps, contact, {
    set: {
      ...(await changeOf(deps, { name, contactManager })),
      ...(emails && { emails: addressesOf(emails) }),
      ...(phones && { phones: numbersOf(phones) }),
    },
    withoutManager: contactManager === '',
    customFields: await readFields(deps, contact, customFields, replaceFields),
    settled: wipesConflicts ? 'all' : [],
  });
}

/**
 * Settles conflicts of a contact.
 * @throws {AppError} as {@link reviseContact}, except for required fields.
 */
export async function resolveConflicts(
  deps: EditContactDeps,
  id: string,
  { name, customFields, contactManager, wipesConflicts }: ConflictResolution,
): Promise<Contact> {
  const contact = await getContact(deps, id);
  const settled = [
    ...(name ? ['name'] : []),
    ...(contactManager ? ['manager'] : []),
    ...Object.keys(customFields ?? {}).map((field) => `customFields.${field}`),
  ];
  return save(deps, contact, {
    set: await changeOf(deps, { name: name || undefined, contactManager }),
    withoutManager: false,
    customFields: await readFields(deps, contact, customFields, setFields),
    settled: wipesConflicts ? 'all' : settled,
  });
}

/** @throws {AppError} `error-contact-not-found` */
export async function getContact(
  { contactBook }: { readonly contactBook: ContactBook },
  id: string,
): Promise<Contact> {
  const contact = await contactBook.findById(id);
  if (contact === null) throw new AppError('error-contact-not-found');
  return contact;
}

async function changeOf(
  { users }: EditContactDeps,
  { name, contactManager }: Said,
): Promise<ContactEdit['set']> {
  if (contactManager) await checkManager({ users }, contactManager);
  return { ...(name !== undefined && { name }), ...(contactManager && { contactManager }) };
}

const readFields = async (
  { customFields }: EditContactDeps,
  contact: Contact,
  given: Values | undefined,
  read: typeof replaceFields,
): Promise<FieldEdit> =>
  given === undefined
    ? noFieldEdit
    : read(await customFields.listByScope('visitor'), given, contact.customFields ?? {});

async function save(deps: EditContactDeps, before: Contact, edit: ContactEdit): Promise<Contact> {
  const edited = await deps.contactBook.edit(before._id, edit);
  if (edited === null) throw new AppError('error-contact-not-found');
  const { name } = edit.set;
  if (name !== undefined && name !== before.name)
    await renameRooms(deps, await deps.rooms.listIdsByContact(edited), name);
  return edited;
}
