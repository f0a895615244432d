import type { Logger } from '../../observability/logger.ts';

/** Something kept in memory that can be read anew. */
export interface Refreshable {
  refresh(): Promise<void>;
}

export interface Refresher {
  /** Reads everything anew now or, where that is under way, once more after it. */
  now(): void;
  stop(): void;
}

/**
 * Reads everything anew at an interval, so that what other instances wrote is seen. A failure leaves what is in
 * memory, until the next time. The timer does not keep the process alive.
 */
export function refreshRegularly(
  parts: readonly Refreshable[],
  intervalMs: number,
  logger: Logger,
): Refresher {
  let running = false;
  let again = false;
  let stopped = false;

  const refresh = async () => {
    running = true;
    try {
      await Promise.all(parts.map((part) => part.refresh()));
    } catch (error) {
      logger.debug({ err: error }, 'settings and permissions could not be read anew');
    }
    running = false;
    if (again && !stopped) now();
  };
  const now = () => {
    again = running;
    if (!running) void refresh();
  };
  const timer = setInterval(now, intervalMs).unref();
  return {
    now,
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}
