/** A moment as a document tells it: those of older releases may lack it, or hold something that is no date. */
export const dateOf = (value: Date | undefined): Date | undefined =>
  value instanceof Date ? value : undefined;

export const secondsBetween = (start: Date, end: Date): number => (end.getTime() - start.getTime()) / 1_000;

/** The month of a moment, as `YYYY-MM` in UTC: the form in which Rocket.Chat notes activity. */
export const monthOf = (moment: Date): string => moment.toISOString().slice(0, 7);
