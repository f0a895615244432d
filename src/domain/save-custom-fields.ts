import type { CustomField, CustomFieldValues, GivenField } from './custom-field.ts';
import type { Dependencies } from './dependencies.ts';
import { AppError } from './errors.ts';
import type { Visitor } from './visitor.ts';

type VisitorFieldDeps = Pick<Dependencies, 'visitors' | 'customFields' | 'contacts'>;

/**
 * Sets the custom fields of scope `visitor` that are among those given; others are ignored, and values are not held
 * against the field's pattern, as in Rocket.Chat's registration.
 * @returns the visitor afterwards, or null where none of the fields is one.
 * @throws {AppError} `missing-required-custom-fields`.
 */
export async function saveVisitorFields(
  deps: VisitorFieldDeps,
  visitor: Visitor,
  given: readonly GivenField[],
): Promise<Visitor | null> {
  const fields = await deps.customFields.listByScope('visitor');
  requireRequired(fields, given);
  const known = given.filter(({ key }) => fields.some(({ _id }) => _id === key));
  return known.length === 0 ? null : await storeVisitorFields(deps, visitor, known);
}

/**
 * Sets custom fields of either scope: those of scope `room` on the visitor's open rooms, the others on the visitor.
 * @returns what was set, the fields of the room first.
 * @throws {AppError} `invalid-custom-field` for an unknown key or an empty list, `error-invalid-custom-field-value` for a
 *   value that does not match the field's pattern.
 */
export async function saveCustomFields(
  deps: VisitorFieldDeps & Pick<Dependencies, 'rooms'>,
  visitor: Visitor & { readonly token: string },
  given: readonly GivenField[],
): Promise<GivenField[]> {
  if (given.length === 0) throw new AppError('invalid-custom-field');
  const ofRoom: GivenField[] = [];
  const ofVisitor: GivenField[] = [];
  for (const one of given) {
    const field = await deps.customFields.findById(one.key);
    if (!field) throw new AppError('invalid-custom-field');
    checkValue(field, one.value);
    (field.scope === 'visitor' ? ofVisitor : ofRoom).push(one);
  }
  for (const { key, value, overwrite } of ofRoom) {
    await deps.rooms.setLivechatData(visitor.token, key, value, overwrite);
  }
  if (ofVisitor.length > 0) await storeVisitorFields(deps, visitor, ofVisitor);
  return [...ofRoom, ...ofVisitor];
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

/** Of a key that is given twice the last one counts. */
function valuesOf(given: readonly GivenField[]): CustomFieldValues {
  const always: Record<string, string> = {};
  const ifAbsent: Record<string, string> = {};
  for (const { key, value, overwrite } of given) {
    const [target, other] = overwrite ? [always, ifAbsent] : [ifAbsent, always];
    if (overwrite || !Object.hasOwn(other, key)) target[key] = value;
    if (overwrite) delete other[key];
  }
  return { always, ifAbsent };
}

function requireRequired(fields: readonly CustomField[], given: readonly GivenField[]): void {
  const missing = fields
    .filter(({ required, visibility }) => required && visibility !== 'hidden')
    .filter(({ _id }) => !given.some(({ key }) => key === _id));
  if (missing.length === 0) return;
  const reason = `Missing required custom fields: ${missing.map(({ _id }) => _id).join(', ')}`;
  throw new AppError('missing-required-custom-fields', { reason });
}

/** Holds a value against the field's pattern. A pattern that is no regular expression matches nothing. */
export function checkValue({ _id, regexp }: CustomField, value: string, name = _id): void {
  if (!regexp || matches(regexp, value)) return;
  throw new AppError('error-invalid-custom-field-value', { reason: `Invalid value for ${name} field` });
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern).test(value);
  } catch {
    return false;
  }
}
