import type { ContactStore } from '../contacts/contact.ts';
import { checkValues, type FieldValue } from '../custom-fields/check-value.ts';
import type {
  CustomField,
  CustomFieldStore,
  CustomFieldValues,
  GivenField,
} from '../custom-fields/custom-field.ts';
import { AppError } from '../errors.ts';
import type { RoomStore } from '../rooms/room.ts';
import { getVisitorByToken } from '../visitors/get-visitor.ts';
import type { Visitor, VisitorStore } from '../visitors/visitor.ts';

export interface VisitorFieldDeps {
  readonly visitors: VisitorStore;
  readonly customFields: CustomFieldStore;
  readonly contacts: ContactStore;
}

/**
 * Sets the given custom fields that are of scope `visitor`. As in Rocket.Chat's registration, others are ignored and
 * values are not checked against the fields' patterns.
 * @returns the visitor afterwards, or null if none of the fields is of that scope.
 * @throws {AppError} `missing-required-custom-fields`.
 */
export async function setVisitorFieldValues(
  deps: VisitorFieldDeps,
  visitor: Visitor,
  given: readonly GivenField[],
): Promise<Visitor | null> {
  const fields = await deps.customFields.listByScope('visitor');
  requireRequired(fields, given);
  const ids = new Set(fields.map(({ _id }) => _id));
  const known = given.filter(({ key }) => ids.has(key));
  return known.length === 0 ? null : await storeVisitorFields(deps, visitor, known);
}

export type SetCustomFieldValuesDeps = VisitorFieldDeps & { readonly rooms: RoomStore };

/**
 * Sets one custom field: one of scope `visitor` on the visitor, any other on their open rooms.
 * @throws {AppError} `invalid-token`, `invalid-custom-field` for an unknown key, `error-invalid-custom-field-value`
 *   for a value that does not match the field's pattern, `missing-required-custom-fields` for a blank one in a
 *   required field.
 */
export async function setCustomFieldValue(
  deps: SetCustomFieldValuesDeps,
  token: string,
  given: GivenField,
): Promise<void> {
  const visitor = await getVisitorByToken(deps, token);
  const field = await deps.customFields.findById(given.key);
  if (field) requireRequired([field], [given]);
  await store(deps, visitor, byScope(field ? [field] : [], [given]));
}

/**
 * Sets several custom fields, each like {@link setCustomFieldValue}, or none of them.
 * @returns what was set, the room's fields first.
 * @throws {AppError} also `invalid-custom-field` for an empty list and for a key given twice, and
 *   `missing-required-custom-fields` if fields of visitors are given but not all the required ones.
 */
export async function setCustomFieldValues(
  deps: SetCustomFieldValuesDeps,
  token: string,
  given: readonly GivenField[],
): Promise<GivenField[]> {
  const visitor = await getVisitorByToken(deps, token);
  if (given.length === 0) throw new AppError('invalid-custom-field');
  const fields = await deps.customFields.listAll({ _id: 1 });
  const sorted = byScope(fields, given);
  const { ofRoom, ofVisitor } = sorted;
  if (ofVisitor.length > 0) {
    const visitorFields = fields.filter(({ scope }) => scope === 'visitor');
    requireRequired(visitorFields, ofVisitor);
  }
  await store(deps, visitor, sorted);
  return [...ofRoom, ...ofVisitor];
}

interface ByScope {
  readonly ofRoom: GivenField[];
  readonly ofVisitor: GivenField[];
}

/** Also checks the values. There can be no more of them than there are fields, since none may be given twice. */
function byScope(fields: readonly CustomField[], given: readonly GivenField[]): ByScope {
  const sorted: ByScope = { ofRoom: [], ofVisitor: [] };
  const values: FieldValue[] = [];
  const left = new Map(fields.map((field) => [field._id, field]));
  for (const one of given) {
    const field = left.get(one.key);
    if (!field) throw new AppError('invalid-custom-field');
    left.delete(one.key);
    values.push({ field, value: one.value });
    (field.scope === 'visitor' ? sorted.ofVisitor : sorted.ofRoom).push(one);
  }
  checkValues(values);
  return sorted;
}

async function store(
  deps: SetCustomFieldValuesDeps,
  visitor: Visitor,
  { ofRoom, ofVisitor }: ByScope,
): Promise<void> {
  if (ofRoom.length > 0) await deps.rooms.setLivechatData(visitor._id, valuesOf(ofRoom));
  if (ofVisitor.length > 0) await storeVisitorFields(deps, visitor, ofVisitor);
}

async function storeVisitorFields(
  { visitors, contacts }: VisitorFieldDeps,
  { _id }: Visitor,
  given: readonly GivenField[],
): Promise<Visitor | null> {
  const values = valuesOf(given);
  const stored = await visitors.setCustomFields(_id, values);
  await contacts.setCustomFields(_id, values);
  return stored;
}

/** If a key is given twice, the last one counts. */
function valuesOf(given: readonly GivenField[]): CustomFieldValues {
  // Without a prototype, since a field may have any name.
  const always: Record<string, string> = Object.create(null);
  const ifAbsent: Record<string, string> = Object.create(null);
  for (const { key, value, overwrite } of given) {
    const [target, other] = overwrite ? [always, ifAbsent] : [ifAbsent, always];
    if (overwrite || !Object.hasOwn(other, key)) target[key] = value;
    if (overwrite) delete other[key];
  }
  return { always, ifAbsent };
}

/** A blank is no value. */
function requireRequired(fields: readonly CustomField[], given: readonly GivenField[]): void {
  const missing = fields
    .filter(({ required, visibility }) => required && visibility !== 'hidden')
    .filter(({ _id }) => !given.some(({ key, value }) => key === _id && value.trim() !== ''));
  if (missing.length === 0) return;
  const reason = `Missing required custom fields: ${missing.map(({ _id }) => _id).join(', ')}`;
  throw new AppError('missing-required-custom-fields', { reason });
}
