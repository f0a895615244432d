import { DatabaseUnavailableError } from '../domain/errors.ts';

export interface OutageDeadlineOptions {
  /** When the database last answered, by `performance.now()`. */
  lastHeardAt(): number;
  /** How long a request waits before the database's silence is checked for the first time. */
  readonly firstCheckMs?: number;
  /** A database that answered this recently is working. */
  readonly silenceMs?: number;
  /** How long a request may take in any case. */
  readonly limitMs?: number;
}

/** Abandons work that waits for a database that has fallen silent. */
export type OutageDeadline = <T>(work: () => Promise<T>) => Promise<T>;

const recheckMs = 100;

/**
 * The driver by itself does not respect the limit of two seconds when a database hangs: it waits for its health
 * checks to fail, and then tries once more. So a request that has waited for a while is refused if no request has had
 * an answer from the database recently; if others have, the database is just slow, and the request keeps waiting.
 * @returns a function that runs work, and throws {@link DatabaseUnavailableError} if it abandons it.
 */
export function createOutageDeadline(options: OutageDeadlineOptions): OutageDeadline {
  const { lastHeardAt, firstCheckMs = 1_600, silenceMs = 1_200, limitMs = 30_000 } = options;
  return (work) =>
    new Promise((resolve, reject) => {
      const startedAt = performance.now();
      const look = () => {
        const now = performance.now();
        if (now - lastHeardAt() >= silenceMs || now - startedAt >= limitMs)
          reject(new DatabaseUnavailableError('the database does not answer'));
        else timer = setTimeout(look, recheckMs);
      };
      let timer = setTimeout(look, firstCheckMs);
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
