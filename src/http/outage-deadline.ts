import { DatabaseUnavailableError } from '../domain/errors.ts';

export interface OutageDeadlineOptions {
  /** When the database was last heard of, by `performance.now()`. */
  lastHeardAt(): number;
  /** How long a request waits before the database's silence is looked at. */
  readonly catchUpTimeoutMs?: number;
  /** A database that was heard of this lately is at work. */
  readonly silenceMs?: number;
  /** How long a request may take in any case. */
  readonly limitMs?: number;
}

/** Gives up work that waits for a database that has fallen silent. */
export type OutageDeadline = <T>(work: () => Promise<T>) => Promise<T>;

const lookAgainMs = 100;

/**
 * The driver alone does not keep to two seconds when a database hangs: it waits for its health checks to fail, and
 * then tries once more. So a request that has waited for a while is refused as soon as nobody has had an answer from
 * the database lately; while others have, it is merely slow, and goes on waiting.
 * @returns what runs work and throws {@link DatabaseUnavailableError} where it is given up.
 */
export function createOutageDeadline(options: OutageDeadlineOptions): OutageDeadline {
  const { lastHeardAt, catchUpTimeoutMs = 1_600, silenceMs = 1_200, limitMs = 30_000 } = options;
  return (work) =>
    new Promise((resolve, reject) => {
      const startedAt = performance.now();
      const look = () => {
        const now = performance.now();
        if (now - lastHeardAt() >= silenceMs || now - startedAt >= limitMs)
          reject(new DatabaseUnavailableError('the database does not answer'));
        else timer = setTimeout(look, lookAgainMs);
      };
      let timer = setTimeout(look, catchUpTimeoutMs);
      work().then(
        (result) => {
          clearTimeout(timer);
          resolve(result);
        },
        (error) => {
          clearTimeout(timer);
          reject(error);
        },
      );
    });
}
