import { AppError } from '../errors.ts';
import { boundedMatches } from '../text/bounded-match.ts';
import { type CustomField, visibleFieldValues } from './custom-field.ts';

/** A value that was given for a field. */
export interface FieldValue {
  readonly field: CustomField;
  readonly value: string;
}

/**
 * Checks values against their fields' patterns. A pattern that is not a regular expression, or that takes too long,
 * matches nothing.
 * @param nameOf what the field is called in the error.
 * @throws {AppError} `error-invalid-custom-field-value`
 */
export function checkValues(given: readonly FieldValue[], nameOf = ({ _id }: CustomField) => _id): void {
  const accepted = acceptedOf(given);
  const refused = given.find((each) => !accepted.includes(each));
  if (refused) throw invalidValue(nameOf(refused.field));
}

export const invalidValue = (name: string): AppError =>
  new AppError('error-invalid-custom-field-value', { reason: `Invalid value for ${name} field` });

/** A visitor's values of the visible fields, trimmed; those that the fields' patterns reject are left out. */
export function acceptedValues(
  fields: readonly CustomField[],
  data: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const given = visibleFieldValues(fields, data)
    .map(({ field, value }) => ({ field, value: typeof value === 'string' ? value.trim() : '' }))
    .filter(({ value }) => value !== '');
  return Object.fromEntries(acceptedOf(given).map(({ field, value }) => [field._id, value]));
}

function acceptedOf(given: readonly FieldValue[]): FieldValue[] {
  const withPattern = given.filter(({ field }) => field.regexp);
  const matches = boundedMatches(
    withPattern.map(({ field, value }) => ({ pattern: field.regexp ?? '', flags: '', text: value })),
  );
  const refused = new Set(withPattern.filter((_, index) => matches[index] === null));
  return given.filter((each) => !refused.has(each));
}
