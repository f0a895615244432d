import { within } from './within.ts';

/** Finds something; it ends when the signal aborts, since nobody waits for it any more. */
export type Source<T> = (signal: AbortSignal) => Promise<T>;

export interface SoonestOptions {
  /** How long the first source is left alone, in milliseconds. */
  readonly aloneMs: number;
  /** Aborts when nobody waits for either. */
  readonly signal: AbortSignal;
}

/**
 * What the first source finds or, if that takes long, whichever of the two finds something first; the other one is told
 * to end. If the second one fails or finds nothing, which is null, the first one is waited for.
 */
export async function soonest<T>(
  first: Source<T>,
  second: Source<T | null>,
  { aloneMs, signal }: SoonestOptions,
): Promise<T> {
  const [endFirst, endSecond] = [new AbortController(), new AbortController()];
  const found = first(AbortSignal.any([signal, endFirst.signal]));
  const alone = await within(found, aloneMs, signal);
  if (alone !== undefined || signal.aborted) return found;
  // Whichever was told to end has no say any more: what the other one found may still be read.
  const byFirst = () => found.finally(() => endFirst.signal.aborted || endSecond.abort());
  const bySecond = async () => {
    const result = await second(AbortSignal.any([signal, endSecond.signal])).catch(() => null);
    if (result === null || endSecond.signal.aborted) return found;
    endFirst.abort();
    return result;
  };
  return Promise.race([byFirst(), bySecond()]);
}
