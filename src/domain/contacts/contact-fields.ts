import { checkValues, type FieldValue, invalidValue } from '../custom-fields/check-value.ts';
import { type CustomField, visibleFieldValues } from '../custom-fields/custom-field.ts';
import { AppError } from '../errors.ts';

type Values = Readonly<Record<string, unknown>>;

/** Values of custom fields to set, and fields to remove. */
export interface FieldEdit {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

export const noFieldEdit: FieldEdit = { set: {}, remove: [] };

/**
 * All values that a contact is to have: those of the fields that the site has defined are set or, where none is given,
 * removed. What the contact holds of fields that exist no longer stays, whatever is given for it.
 * @param stored what the contact holds.
 * @throws {AppError} `error-invalid-custom-field-value`, also if a required field has no value;
 *   `custom-field-not-allowed` for a field that neither the site nor the contact knows.
 */
export function replaceFields(fields: readonly CustomField[], given: Values, stored: Values): FieldEdit {
  const values = readValues(fields, given, stored);
  const valued = new Set(values.map(({ field }) => field._id));
  const without = visibleFieldValues(fields, stored).filter(({ field }) => !valued.has(field._id));
  const missing = without.find(({ field }) => field.required);
  if (missing) throw invalidValue(nameOf(missing.field));
  checkValues(values, nameOf);
  const remove = without.filter(({ value }) => value !== undefined).map(({ field }) => field._id);
  return { set: asRecord(values), remove };
}

/**
 * Some values that a contact is to have; its others stay.
 * @throws {AppError} as {@link replaceFields}, except for required fields.
 */
export function setFields(fields: readonly CustomField[], given: Values, stored: Values): FieldEdit {
  const values = readValues(fields, given, stored);
  checkValues(values, nameOf);
  return { set: asRecord(values), remove: [] };
}

/** The values that are given, trimmed, without blank ones. */
function readValues(fields: readonly CustomField[], given: Values, stored: Values): FieldValue[] {
  const visible = visibleFieldValues(fields, given);
  const known = new Set(visible.map(({ field }) => field._id));
  const stranger = Object.keys(given).find((id) => !known.has(id) && !Object.hasOwn(stored, id));
  if (stranger !== undefined)
    throw new AppError('custom-field-not-allowed', { reason: `Custom field ${stranger} is not allowed` });
  return visible
    .map(({ field, value }) => ({ field, value: typeof value === 'string' ? value.trim() : '' }))
    .filter(({ value }) => value !== '');
}

const nameOf = ({ label, _id }: CustomField): string => label || _id;

const asRecord = (values: readonly FieldValue[]): Record<string, string> =>
  Object.fromEntries(values.map(({ field, value }) => [field._id, value]));
