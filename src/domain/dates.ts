/**
 * A date from a document; undefined if it is missing or not a date, as it may be in documents from older releases.
 */
export const dateOf = (value: Date | undefined): Date | undefined =>
  value instanceof Date ? value : undefined;

export const secondsBetween = (start: Date, end: Date): number => (end.getTime() - start.getTime()) / 1_000;

/** The month of a date as `YYYY-MM` in UTC, the form in which Rocket.Chat records activity. */
export const monthOf = (date: Date): string => date.toISOString().slice(0, 7);
