import { isLongerThan } from '../../../domain/text/max-lengths.ts';

/** What is said about a text that is too long: ajv's words, in every style. */
export const tooLong = (max: number): string => `must NOT have more than ${max} characters`;

/** Whether any text in a JSON value, the names of members included, is longer than allowed. */
export function hasLongText(max: number, value: unknown): boolean {
  if (typeof value === 'string') return isLongerThan(max, value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, member]) => isLongerThan(max, name) || hasLongText(max, member));
}
