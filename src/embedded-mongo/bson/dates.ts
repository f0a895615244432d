import { notImplemented } from '../errors.ts';

/** How far JavaScript's dates reach, in milliseconds on either side of 1970. MongoDB's have 64 bits. */
const maxDateMs = 8.64e15;

/** Refuses (238) a date that could be read only as an invalid one, and would be written as 1970 then. */
export function checkDate(ms: number): void {
  if (!(Math.abs(ms) <= maxDateMs)) throw notImplemented(`A date beyond ${maxDateMs} milliseconds from 1970`);
}

/** The date of these milliseconds since 1970. Throws NotImplemented (238) for what JavaScript's dates do not reach. */
export function dateAt(ms: number): Date {
  checkDate(ms);
  return new Date(ms);
}
