/** The pauses between attempts, each twice as long as the one before, up to a quarter of a second. */
const pauseMs = (attempt: number): number => Math.min(250, 5 * 2 ** attempt);

/**
 * Repeats an attempt as long as another request is faster, or about to be.
 * @param patienceMs how long to wait in all.
 * @param attempt gives null if another request was faster; `count` is 0 for the first one.
 * @returns null if others were faster every time.
 */
export async function retry<T>(
  { pause }: { readonly pause: (ms: number) => Promise<void> },
  patienceMs: number,
  attempt: (count: number) => Promise<T | null>,
): Promise<T | null> {
  let waitedMs = 0;
  for (let count = 0; waitedMs < patienceMs; count += 1) {
    const result = await attempt(count);
    if (result !== null) return result;
    await pause(pauseMs(count));
    waitedMs += pauseMs(count);
  }
  return null;
}
