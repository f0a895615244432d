import { DatabaseUnavailableError } from '../domain/errors.ts';

export interface OutageDeadlineOptions {
  /** When the database last answered, by the same clock. */
  lastHeardAt(): number;
  /** How long a request waits before the database's silence is checked for the first time. */
  readonly firstCheckMs?: number;
  /** A database that answered this recently is working. */
  readonly silenceMs?: number;
  /** How long a request may take in any case. */
  readonly limitMs?: number;
  /** A clock that is never put back: milliseconds since any moment; by default `performance.now()`. */
  readonly monotonicMs?: () => number;
}

/** Abandons work that waits for a database that has fallen silent. */
export type OutageDeadline = <T>(work: () => Promise<T>) => Promise<T>;

const checkMs = 100;

interface Waiting {
  readonly startedAt: number;
  abandon(error: Error): void;
}

/**
 * The driver by itself does not respect the limit of two seconds when a database hangs: it waits for its health
 * checks to fail, and then tries once more. So a request that has waited for a while is refused if no request has had
 * an answer from the database recently; if others have, the database is just slow, and the request keeps waiting.
 * @returns a function that runs work, and throws {@link DatabaseUnavailableError} if it abandons it.
 */
export function createOutageDeadline(options: OutageDeadlineOptions): OutageDeadline {
  const { lastHeardAt, firstCheckMs = 1_500, silenceMs = 1_200, limitMs = 30_000 } = options;
  const { monotonicMs = () => performance.now() } = options;
  // The longest waiting first. One timer for all of them, since one each would cost more than the rest of this.
  const waiting = new Set<Waiting>();
  let timer: NodeJS.Timeout | undefined;
  const check = () => {
    const now = monotonicMs();
    const isSilent = now - lastHeardAt() >= silenceMs;
    for (const waiter of waiting) {
      const waitedMs = now - waiter.startedAt;
      if (waitedMs < firstCheckMs) break;
      if (!isSilent && waitedMs < limitMs) continue;
      waiting.delete(waiter);
      waiter.abandon(new DatabaseUnavailableError('the database does not answer'));
    }
    if (waiting.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  return (work) =>
    new Promise((resolve, reject) => {
      const working = work();
      const waiter = { startedAt: monotonicMs(), abandon: reject };
      waiting.add(waiter);
      // After what has arrived was read: when this process was held up, the database's answers lie there unread.
      timer ??= setInterval(() => setImmediate(check), checkMs).unref();
      working.then(
        (result) => {
          waiting.delete(waiter);
          resolve(result);
        },
        (error) => {
          waiting.delete(waiter);
          reject(error);
        },
      );
    });
}
