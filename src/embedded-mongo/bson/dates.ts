import { notImplemented } from '../errors.ts';

/** The range of JavaScript's dates, in milliseconds on either side of 1970. MongoDB's have 64 bits. */
const maxDateMs = 8.64e15;

/** Refuses (238) a date that could only be read as an invalid one, and would then be written as 1970. */
export function checkDate(ms: number): void {
  if (!(Math.abs(ms) <= maxDateMs)) throw notImplemented(`A date beyond ${maxDateMs} milliseconds from 1970`);
}

/**
 * The date with these milliseconds since 1970. Throws NotImplemented (238) outside the range of JavaScript's dates.
 */
export function dateAt(ms: number): Date {
  checkDate(ms);
  return new Date(ms);
}
