import { pause } from './pause.ts';

/**
 * What a promise gives, or undefined if that takes longer; whatever comes of it then is ignored.
 * @throws what it is rejected with in time.
 */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  const waited = new AbortController();
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, pause(ms, waited.signal).then(() => undefined)]);
  } finally {
    waited.abort();
  }
}
