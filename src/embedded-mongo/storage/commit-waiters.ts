/** Why a wait ended: something was committed that concerns it, its time was up, or the log was closed. */
export type WaitOutcome = 'committed' | 'timeout' | 'aborted' | 'closed';

interface Waiter {
  concerns(ns: string): boolean;
  end(outcome: WaitOutcome): void;
}

/** Those who wait for a commit that concerns them. Nobody is woken by the others' commits. */
export class CommitWaiters {
  readonly #waiters = new Set<Waiter>();
  #isClosed = false;

  /** Waits for a commit that touches a namespace of concern, for so many milliseconds at most. */
  wait(concerns: (ns: string) => boolean, timeoutMs: number, signal: AbortSignal): Promise<WaitOutcome> {
    if (this.#isClosed) return Promise.resolve('closed');
    if (signal.aborted) return Promise.resolve('aborted');
    return new Promise((resolve) => {
      const abort = (): void => end('aborted');
      const timer = setTimeout(() => end('timeout'), Math.min(timeoutMs, longestTimerMs));
      const end = (outcome: WaitOutcome): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        this.#waiters.delete(waiter);
        resolve(outcome);
      };
      const waiter: Waiter = { concerns, end };
      signal.addEventListener('abort', abort);
      this.#waiters.add(waiter);
    });
  }

  /** Wakes those whom a commit concerns that touched these namespaces. */
  wake(touched: ReadonlySet<string>): void {
    for (const waiter of [...this.#waiters]) {
      for (const ns of touched) {
        if (!waiter.concerns(ns)) continue;
        waiter.end('committed');
        break;
      }
    }
  }

  /** Ends all waits, also those to come. */
  close(): void {
    this.#isClosed = true;
    for (const waiter of [...this.#waiters]) waiter.end('closed');
  }
}

/** What `setTimeout` takes; more would fire at once. */
const longestTimerMs = 2 ** 31 - 1;
