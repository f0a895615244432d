import type { ActivityCounter } from '../activity.ts';
import { type FindManagerDeps, findOnlineManager } from '../contacts/contact-manager.ts';
import { mergeIntoContacts } from '../contacts/merge-into-contact.ts';
import type { GivenField } from '../custom-fields/custom-field.ts';
import { AppError } from '../errors.ts';
import { type RenameRoomsDeps, renameOpenRooms } from '../rooms/rename-rooms.ts';
import { joinsByClaims } from '../visitors/matching.ts';
import { type UpsertVisitorDeps, upsertVisitor } from '../visitors/upsert-visitor.ts';
import type { Visitor, VisitorChange, VisitorKey } from '../visitors/visitor.ts';
import type { BrowserHeaders } from '../visits/browser.ts';
import { type NoteSignDeps, noteSign } from '../visits/note-visit.ts';
import type { VisitorRecords } from '../visits/visitor-record.ts';
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
  /** What the request's headers say about a new visitor. */
  readonly connection: Pick<Visitor, 'userAgent' | 'ip' | 'host'>;
  /** What they say about the visitor's browser, if that is what registers. */
  readonly headers: BrowserHeaders;
}

export type RegisterVisitorDeps = UpsertVisitorDeps &
  RenameRoomsDeps &
  VisitorFieldDeps &
  FindManagerDeps &
  NoteSignDeps & { readonly activity: ActivityCounter; readonly visitorRecords: VisitorRecords };

/**
 * Registers a visitor, or changes the one who has the token. If claims join, that may also be the one who has the
 * phone number, or else the e-mail address, and the manager of the contact with that address is assigned. The steps are Rocket.Chat's: the department is looked up, the visitor is stored, their open rooms are renamed and
 * their contacts updated, their custom fields are set.
 * @returns the whole visitor, including the token.
 * @throws {AppError} `blank-token`, `error-invalid-department`,
 *   `missing-required-custom-fields` if fields are sent but not all the required ones (the visitor has been stored by
 *   then, as in Rocket.Chat).
 */
export async function registerVisitor(
  deps: RegisterVisitorDeps,
  registration: Registration,
): Promise<Visitor> {
  const { token, phone, username, connection, headers, customFields = [] } = registration;
  if (token.trim() === '') throw new AppError('blank-token');
  const email = registration.email?.trim().toLowerCase();
  const visitor = await upsertVisitor(deps, {
    token,
    otherKeys: joinsByClaims(deps.settings) ? otherKeys(phone, email) : [],
    change: await changeOf(deps, registration, email),
    whenNew: connection,
    id: registration.id ?? (await idOfVisits(deps, token)),
    username: username ?? undefined,
  });
  deps.activity.visitorRegistered();
  noteSign(deps, { token, headers }, { visitorId: visitor._id });
  await Promise.all([
    renameOpenRooms(deps, visitor),
    mergeIntoContacts(deps, visitor._id, {
      name: registration.name,
      username: visitor.username,
      emails: email ? [email] : [],
      phones: phone ? [phone] : [],
    }),
  ]);
  if (customFields.length === 0) return visitor;
  return (await setVisitorFieldValues(deps, visitor, customFields)) ?? visitor;
}

/** Whoever was on the site before keeps the id that they are known by since. */
async function idOfVisits(
  { visitorRecords }: RegisterVisitorDeps,
  token: string,
): Promise<string | undefined> {
  const record = await visitorRecords.findByToken(token);
  return record?.visitorId === undefined ? record?.recordId : undefined;
}

function otherKeys(phone: string | undefined, email: string | undefined): VisitorKey[] {
  const keys: VisitorKey[] = [];
  if (phone) keys.push({ kind: 'phone', value: phone });
  if (email) keys.push({ kind: 'email', value: email });
  return keys;
}

async function changeOf(
  deps: RegisterVisitorDeps,
  { name, phone, department }: Registration,
  email: string | undefined,
): Promise<VisitorChange> {
  const contactManager = email && joinsByClaims(deps.settings) ? await findOnlineManager(deps, email) : null;
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
