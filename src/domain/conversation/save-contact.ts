import type { UserStore } from '../accounts/user.ts';
import { getManager } from '../contacts/contact-manager.ts';
import { checkValues, type FieldValue, invalidValue } from '../custom-fields/check-value.ts';
import {
  type CustomField,
  type CustomFieldStore,
  visibleFieldValues,
} from '../custom-fields/custom-field.ts';
import { AppError } from '../errors.ts';
import { type RenameRoomsDeps, renameRooms } from '../rooms/rename-rooms.ts';
import { type UpsertVisitorDeps, upsertVisitor } from '../visitors/upsert-visitor.ts';
import type { RemovableField, Visitor, VisitorChange } from '../visitors/visitor.ts';

/**
 * What an agent enters about a contact. An empty phone number or e-mail address removes the stored one; if absent, it
 * stays.
 */
export interface ContactDraft {
  readonly token: string;
  readonly name: string;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly username?: string | undefined;
  /** Replaces all of the visitor's custom fields. */
  readonly customFields?: Readonly<Record<string, unknown>> | undefined;
  readonly contactManager?: { readonly username: string } | undefined;
}

export type SaveContactDeps = UpsertVisitorDeps &
  RenameRoomsDeps & { readonly users: UserStore; readonly customFields: CustomFieldStore };

/**
 * Creates the visitor, or changes the one with the token or else the e-mail address, and renames all of their rooms,
 * as Rocket.Chat's `omnichannel/contact` does.
 * @throws {AppError} `blank-token`, `error-contact-manager-not-found`,
 *   `error-invalid-contact-manager`, `error-invalid-custom-field-value`.
 */
export async function saveContact(deps: SaveContactDeps, draft: ContactDraft): Promise<Visitor> {
  const { token, username } = draft;
  if (token.trim() === '') throw new AppError('blank-token');
  const email = draft.email?.trim().toLowerCase();
  const visitor = await upsertVisitor(deps, {
    token,
    otherKeys: email ? [{ kind: 'email', value: email }] : [],
    change: await changeOf(deps, draft, email),
    remove: removedFields(draft, email),
    whenNew: {},
    username,
  });
  await renameRooms(deps, await deps.rooms.listIdsByVisitor(visitor._id), draft.name);
  return visitor;
}

async function changeOf(
  deps: SaveContactDeps,
  { name, phone, customFields = {}, contactManager }: ContactDraft,
  email: string | undefined,
): Promise<VisitorChange> {
  const fields = await deps.customFields.listByScope('visitor');
  return {
    name,
    ...(contactManager?.username ? { contactManager: await getManager(deps, contactManager.username) } : {}),
    livechatData: livechatData(fields, customFields),
    ...(phone ? { phone: [{ phoneNumber: phone }] } : {}),
    ...(email ? { visitorEmails: [{ address: email }] } : {}),
  };
}

function removedFields({ phone, contactManager }: ContactDraft, email: string | undefined): RemovableField[] {
  const removed: RemovableField[] = [];
  if (phone === '') removed.push('phone');
  if (email === '') removed.push('visitorEmails');
  if (!contactManager?.username) removed.push('contactManager');
  return removed;
}

/** The values that fields of scope `visitor` accept; others are ignored. */
function livechatData(
  fields: readonly CustomField[],
  given: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const entries: [string, string][] = [];
  const values: FieldValue[] = [];
  for (const { field, value } of visibleFieldValues(fields, given)) {
    const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
    if (text !== '') values.push({ field, value: text });
    else if (field.required) throw invalidValue(field.label);
    if (text !== '' || value === '') entries.push([field._id, text]);
  }
  checkValues(values, ({ label }) => label);
  return Object.fromEntries(entries);
}
