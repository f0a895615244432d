import { toInteger } from './numeric.ts';
import { bsonUndefined, isNumeric, type Value } from './types.ts';

/** Whether a value is null, undefined or missing. */
export const isNullish = (value: Value | undefined): value is null | undefined =>
  value === undefined || value === null || value === bsonUndefined;

/** Whether a value counts as true: everything but false, null, missing and zero. */
export function isTruthy(value: Value | undefined): boolean {
  if (isNullish(value) || value === false) return false;
  return !isNumeric(value) || toInteger(value) !== 0n;
}
