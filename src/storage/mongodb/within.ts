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
  promise.catch(() => undefined);
  let giveUp = (): void => undefined;
  const isOver = new Promise<undefined>((resolve) => {
    giveUp = () => resolve(undefined);
  });
  // Not with `timers/promises`: to abort that one makes an error with a stack each time.
  const timer = setTimeout(giveUp, ms).unref();
  if (signal?.aborted) giveUp();
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([promise, isOver]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}
