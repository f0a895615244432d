import { createQuietVisitorsCheck, type QuietVisitorsDeps } from './domain/conversation/quiet-visitors.ts';
import type { Logger } from './observability/logger.ts';

const defaultEveryMs = 60_000;

/** The regular look for visitors who are no longer heard from. */
export interface QuietVisitorsWatch {
  start(): void;
  /** Ends once a look in progress has ended. */
  stop(): Promise<void>;
}

/** Looks for quiet visitors every minute. */
export function watchQuietVisitors(
  deps: QuietVisitorsDeps,
  logger: Logger,
  everyMs = defaultEveryMs,
): QuietVisitorsWatch {
  const check = createQuietVisitorsCheck(deps);
  const stopping = new AbortController();
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const look = () =>
    check(stopping.signal).catch((error: unknown) => {
      if (!stopping.signal.aborted)
        logger.warn({ err: error }, 'quiet visitors could not be set offline; the next minute tries again');
    });
  return {
    start() {
      timer = setInterval(() => {
        running = running.then(look);
      }, everyMs).unref();
    },
    stop() {
      stopping.abort();
      clearInterval(timer);
      return running;
    },
  };
}
