import type { Logger } from './observability/logger.ts';

/** Work that every instance does at intervals, beside the requests. */
export interface RegularWork {
  start(): void;
  /** Ends once work in progress has ended. */
  stop(): Promise<void>;
}

export interface RegularWorkOptions {
  readonly everyMs: number;
  /** Whether the first time is at the start, for what would never be done by instances that live shorter. */
  readonly atStart?: boolean;
  readonly logger: Logger;
  /** What the log says when the work has failed; the next time tries again. */
  readonly failure: string;
}

/** Repeats work at intervals; its signal is aborted when the work is to stop. */
export function regularWork(
  work: (signal: AbortSignal) => Promise<void>,
  { everyMs, atStart = false, logger, failure }: RegularWorkOptions,
): RegularWork {
  const stopping = new AbortController();
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const run = () =>
    work(stopping.signal).catch((error: unknown) => {
      if (!stopping.signal.aborted) logger.warn({ err: error }, failure);
    });
  return {
    start() {
      if (atStart) running = run();
      timer = setInterval(() => {
        running = running.then(run);
      }, everyMs).unref();
    },
    stop() {
      stopping.abort();
      clearInterval(timer);
      return running;
    },
  };
}
