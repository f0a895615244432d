import { AppError } from '../errors.ts';
import { boundedMatch } from '../text/bounded-match.ts';
import { type CustomField, visibleFieldValues } from './custom-field.ts';

/**
 * Checks a value against the field's pattern. A pattern that is not a regular expression, or that takes too long,
 * matches nothing.
 * @throws {AppError} `error-invalid-custom-field-value`
 */
export function checkValue(field: CustomField, value: string, name = field._id): void {
  if (accepts(field, value)) return;
  throw new AppError('error-invalid-custom-field-value', { reason: `Invalid value for ${name} field` });
}

const accepts = ({ regexp }: CustomField, value: string): boolean =>
  !regexp || boundedMatch(regexp, '', value) !== null;

/** A visitor's values of the visible fields, trimmed; those that the fields' patterns reject are left out. */
export function acceptedValues(
  fields: readonly CustomField[],
  data: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const entries: [string, string][] = [];
  for (const { field, value } of visibleFieldValues(fields, data)) {
    const text = typeof value === 'string' ? value.trim() : '';
    if (text !== '' && accepts(field, text)) entries.push([field._id, text]);
  }
  return Object.fromEntries(entries);
}
