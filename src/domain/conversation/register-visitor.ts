import type { ActivityCounter } from '../activity.ts';
import { type FindManagerDeps, findOnlineManager } from '../contacts/contact-manager.ts';
import { mergeIntoContacts } from '../contacts/merge-into-contact.ts';
import type { GivenField } from '../custom-fields/custom-field.ts';
import { AppError } from '../errors.ts';
import { type RenameRoomsDeps, renameOpenRooms } from '../rooms/rename-rooms.ts';
import { canIdentify, joinsByClaims } from '../visitors/matching.ts';
import { type UpsertVisitorDeps, upsertVisitor } from '../visitors/upsert-visitor.ts';
import type { Visitor, VisitorChange, VisitorKey } from '../visitors/visitor.ts';
import type { BrowserHeaders } from '../visits/browser.ts';
import { type NoteSignDeps, noteSign } from '../visits/note-visit.ts';
import type { VisitorRecords } from '../visits/visitor-record.ts';
import { acceptIdentity, type IdentifyVisitorDeps, identifyVisitor } from './identify-visitor.ts';
import { setVisitorFieldValues, type VisitorFieldDeps } from './set-custom-field-values.ts';

/** What a visitor says about themselves. Empty strings count as absent. */
export interface Registration {
  readonly token: string;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  /** The `_id` or the name of a department. */
  readonly department?: string | undefined;
  readonly username?: string | null | undefined;
  /** The `_id` for a new visitor. */
  readonly id?: string | undefined;
  readonly customFields?: readonly GivenField[] | undefined;
  /** An assertion of the site's backend, whose address and number count instead of those above. */
  readonly identity?: string | null | undefined;
  /** What the request's headers say about a new visitor. */
  readonly connection: Pick<Visitor, 'userAgent' | 'ip' | 'host'>;
  /** What they say about the visitor's browser, if that is what registers. */
  readonly headers: BrowserHeaders;
}

export type RegisterVisitorDeps = UpsertVisitorDeps &
  RenameRoomsDeps &
  VisitorFieldDeps &
  FindManagerDeps &
  NoteSignDeps &
  IdentifyVisitorDeps & { readonly activity: ActivityCounter; readonly visitorRecords: VisitorRecords };

/**
 * Registers a visitor, or changes the one for whom the token acts; with an identity, the token acts for the asserted
 * person. If claims join, a visitor is also found by the phone number, or else by the e-mail address, unless that is a
 * placeholder. The steps are Rocket.Chat's: the department is looked up, the visitor is stored, their open rooms are
 * renamed and their contacts updated, their custom fields are set.
 * @returns the whole visitor, including the token: the given one, unless they were found by phone.
 * @throws {AppError} `blank-token`, `error-invalid-department`, `invalid-identity`, `missing-required-custom-fields` if
 *   fields are sent but not all the required ones (the visitor has been stored by then, as in Rocket.Chat).
 */
export async function registerVisitor(
  deps: RegisterVisitorDeps,
  registration: Registration,
): Promise<Visitor> {
  const { token, name, username, connection, headers, customFields = [] } = registration;
  if (token.trim() === '') throw new AppError('blank-token');
  const identity = registration.identity
    ? await acceptIdentity(deps, registration.identity, token)
    : undefined;
  const email = identity?.email ?? registration.email?.trim().toLowerCase();
  const phone = identity?.phone ?? registration.phone;
  const mayJoin = joinsByClaims(deps.settings);
  const managedEmail = mayJoin ? email : identity?.email;
  const change = await changeOf(deps, { ...registration, email, phone }, managedEmail);
  const otherKeys = mayJoin && !identity ? keysOf(phone, email) : [];
  const id = registration.id ?? (await idOfVisits(deps, token));
  const draft = { token, otherKeys, change, whenNew: connection, id, username: username ?? undefined };
  if (identity) await identifyVisitor(deps, identity, draft);
  const visitor = await upsertVisitor(deps, draft);
  deps.activity.visitorRegistered();
  noteSign(deps, { token, headers }, { visitorId: visitor._id });
  await Promise.all([
    renameOpenRooms(deps, visitor),
    mergeIntoContacts(deps, visitor._id, {
      name,
      username: visitor.username,
      emails: email ? [email] : [],
      phones: phone ? [phone] : [],
    }),
  ]);
  if (customFields.length === 0) return visitor;
  const changed = await setVisitorFieldValues(deps, visitor, customFields);
  return changed ? { ...changed, ...(visitor.token === undefined ? {} : { token: visitor.token }) } : visitor;
}

/** Whoever was on the site before keeps the id that they are known by since. */
async function idOfVisits(
  { visitorRecords }: RegisterVisitorDeps,
  token: string,
): Promise<string | undefined> {
  const record = await visitorRecords.findByToken(token);
  return record?.visitorId === undefined ? record?.recordId : undefined;
}

function keysOf(phone: string | undefined, email: string | undefined): VisitorKey[] {
  const keys: VisitorKey[] = [];
  if (phone && canIdentify(phone)) keys.push({ kind: 'phone', value: phone });
  if (email && canIdentify(email)) keys.push({ kind: 'email', value: email });
  return keys;
}

/** @param managedEmail the address whose contact's manager becomes the visitor's. */
async function changeOf(
  deps: RegisterVisitorDeps,
  { name, email, phone, department }: Registration,
  managedEmail: string | undefined,
): Promise<VisitorChange> {
  const isManaged = managedEmail !== undefined && canIdentify(managedEmail);
  const contactManager = isManaged ? await findOnlineManager(deps, managedEmail) : null;
  return {
    status: 'online',
    ...(phone ? { phone: [{ phoneNumber: phone }] } : {}),
    ...(name ? { name } : {}),
    ...(email ? { visitorEmails: [{ address: email }] } : {}),
    ...(contactManager ? { contactManager } : {}),
    ...(department ? { department: await departmentId(deps, department) } : {}),
  };
}

async function departmentId({ routing }: RegisterVisitorDeps, idOrName: string): Promise<string> {
  const department = await routing.findDepartmentByIdOrName(idOrName);
  if (!department) throw new AppError('error-invalid-department');
  return department._id;
}
