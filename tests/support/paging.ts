import { collect, type PageOf } from '../../src/domain/paging.ts';

/** The signal of a caller who waits for the answer, however long it takes. */
export const patient: AbortSignal = new AbortController().signal;

/** A page with all of its items. */
export const read = async <T>(page: Promise<PageOf<T>>): Promise<{ items: T[]; total: number }> => {
  const { items, ...rest } = await page;
  return { ...rest, items: await collect(items) };
};
