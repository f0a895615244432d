import type { Logger } from '../../observability/logger.ts';

/** Something kept in memory that can be read again. */
export interface Refreshable {
  refresh(): Promise<void>;
}

export interface Refresher {
  /** Reads everything again now or, if that is in progress, once more afterwards. */
  now(): void;
  stop(): void;
}

/**
 * Reads everything again at an interval, so that changes made by other instances are seen. After a failure, what is
 * in memory stays until the next time. The timer does not keep the process alive.
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
      logger.debug({ err: error }, 'what is kept in memory could not be read again');
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
