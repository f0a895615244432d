/** A moment as a document tells it: those of older releases may lack it, or hold something that is no date. */
export const knownMoment = (value: Date | undefined): Date | undefined =>
  value instanceof Date ? value : undefined;

export const secondsBetween = (start: Date, end: Date): number => (end.getTime() - start.getTime()) / 1_000;
