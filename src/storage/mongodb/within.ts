import { pause } from './pause.ts';

/**
 * What a promise gives, or undefined if that takes longer; whatever comes of it then is ignored.
 * @param signal aborts when nobody waits for it any more; it is undefined then, too.
 * @throws what it is rejected with in time.
 */
export async function within<T>(
  promise: Promise<T>,
  ms: number,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const waited = new AbortController();
  const ending = signal ? AbortSignal.any([waited.signal, signal]) : waited.signal;
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, pause(ms, ending).then(() => undefined)]);
  } finally {
    waited.abort();
  }
}
