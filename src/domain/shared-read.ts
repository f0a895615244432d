/**
 * Lets everyone who asks at the same time share one read of something that is the same for all. Whoever asks while one
 * is under way shares the next one, so that nobody gets what was read before they asked.
 */
export function sharedRead<T>(read: () => Promise<T>): () => Promise<T> {
  let current: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  const begin = (): Promise<T> => {
    next = undefined;
    const result = read();
    current = result.catch(() => undefined);
    return result;
  };
  return () => {
    next ??= current.then(begin);
    return next;
  };
}
