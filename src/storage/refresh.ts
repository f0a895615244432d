import type { Logger } from '../observability/logger.ts';

/** Something kept in memory that can be read anew. */
export interface Refreshable {
  refresh(): Promise<void>;
}

/**
 * Reads everything anew at an interval, so that what other instances wrote is seen. A failure leaves what is in
 * memory, until the next time. The timer does not keep the process alive.
 * @returns what ends it.
 */
export function refreshRegularly(
  parts: readonly Refreshable[],
  intervalMs: number,
  logger: Logger,
): () => void {
  let running = false;
  const refresh = async () => {
    if (running) return;
    running = true;
    try {
      await Promise.all(parts.map((part) => part.refresh()));
    } catch (error) {
      logger.debug({ err: error }, 'settings and permissions could not be read anew');
    } finally {
      running = false;
    }
  };
  const timer = setInterval(() => void refresh(), intervalMs).unref();
  return () => clearInterval(timer);
}
