import type { User, UserStore } from '../accounts/user.ts';
import { getManager } from '../contacts/contact-manager.ts';
import { checkValues, type FieldValue, invalidValue } from '../custom-fields/check-value.ts';
import {
  type CustomField,
  type CustomFieldStore,
  customFieldValue,
  visibleFieldValues,
} from '../custom-fields/custom-field.ts';
import { AppError } from '../errors.ts';
import { type RenameRoomsDeps, renameRooms } from '../rooms/rename-rooms.ts';
import { type VisitorTokenDeps, visibleTokens } from '../rooms/visitor-tokens.ts';
import { listTokens } from '../visitors/further-tokens.ts';
import { canIdentify } from '../visitors/matching.ts';
import { type UpsertVisitorDeps, upsertVisitor } from '../visitors/upsert-visitor.ts';
import type { RemovableField, Visitor, VisitorChange, VisitorKey } from '../visitors/visitor.ts';

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
  /** Values by field; the visitor's other fields stay as they are. */
  readonly customFields?: Readonly<Record<string, unknown>> | undefined;
  readonly contactManager?: { readonly username: string } | undefined;
}

export type SaveContactDeps = UpsertVisitorDeps &
  RenameRoomsDeps &
  VisitorTokenDeps & { readonly users: UserStore; readonly customFields: CustomFieldStore };

/**
 * Creates the visitor, or changes the one with the token or else the e-mail address, and renames all of their rooms,
 * as Rocket.Chat's `omnichannel/contact` does. The token acts for a visitor who is found by their address, unless it is
 * not for the user to know a token of theirs.
 * @throws {AppError} `blank-token`, `error-contact-manager-not-found`,
 *   `error-invalid-contact-manager`, `error-invalid-custom-field-value`.
 */
export async function saveContact(deps: SaveContactDeps, user: User, draft: ContactDraft): Promise<Visitor> {
  const { username } = draft;
  if (draft.token.trim() === '') throw new AppError('blank-token');
  const email = draft.email?.trim().toLowerCase();
  const keys: VisitorKey[] = email && canIdentify(email) ? [{ kind: 'email', value: email }] : [];
  const livechatData = await readFields(deps, draft, keys);
  const token = await tokenFor(deps, user, draft.token, keys);
  const visitor = await upsertVisitor(deps, {
    token,
    otherKeys: keys,
    change: await changeOf(deps, draft, email),
    remove: removedFields(draft, email),
    whenNew: { livechatData },
    username,
  });
  if (Object.keys(livechatData).length > 0)
    await deps.visitors.setCustomFields(visitor._id, { always: livechatData, ifAbsent: {} });
  await renameRooms(deps, await deps.rooms.listIdsByVisitor(visitor._id), draft.name);
  return visitor;
}

/** The token to save the contact with: the given one, or one that the visitor has if that must not act for them. */
async function tokenFor(
  deps: SaveContactDeps,
  user: User,
  given: string,
  [key]: readonly VisitorKey[],
): Promise<string> {
  if (key === undefined || (await deps.visitors.findByToken(given)) !== null) return given;
  const found = await deps.visitors.findByKey(key);
  if (found === null || (await visibleTokens(deps, user, [found._id]))(found._id)) return given;
  const [own] = await listTokens(deps, found._id);
  if (own === undefined) throw new AppError('not-allowed');
  return own;
}

async function changeOf(
  deps: SaveContactDeps,
  { name, phone, contactManager }: ContactDraft,
  email: string | undefined,
): Promise<VisitorChange> {
  return {
    name,
    ...(contactManager?.username ? { contactManager: await getManager(deps, contactManager.username) } : {}),
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

/**
 * The values to store in fields of scope `visitor`; others are ignored. A required field must be given, unless the
 * visitor has a value of it.
 */
async function readFields(
  { customFields, visitors }: SaveContactDeps,
  { token, customFields: given = {} }: ContactDraft,
  keys: readonly VisitorKey[],
): Promise<Record<string, string>> {
  const fields = visibleFieldValues(await customFields.listByScope('visitor'), given);
  const isGiven = ({ value }: { readonly value: unknown }) => value !== undefined && value !== null;
  const missing = fields.filter((each) => each.field.required && !isGiven(each));
  if (missing.length > 0) {
    const [key] = keys;
    const known = (await visitors.findByToken(token)) ?? (key ? await visitors.findByKey(key) : null);
    const unknown = missing.find(({ field }) => isBlank(customFieldValue(known?.livechatData, field._id)));
    if (unknown) throw invalidValue(unknown.field.label);
  }
  return livechatData(fields.filter(isGiven));
}

const isBlank = (value: unknown): boolean => typeof value !== 'string' || value.trim() === '';

/** The values as trimmed text; what is neither text nor a number is ignored. */
function livechatData(
  given: readonly { readonly field: CustomField; readonly value: unknown }[],
): Record<string, string> {
  const entries: [string, string][] = [];
  const values: FieldValue[] = [];
  for (const { field, value } of given) {
    const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
    if (text !== '') values.push({ field, value: text });
    else if (field.required) throw invalidValue(field.label);
    if (text !== '' || value === '') entries.push([field._id, text]);
  }
  checkValues(values, ({ label }) => label);
  return Object.fromEntries(entries);
}
