import type { OpTime } from './op-time.ts';

/** What somebody waits for, and for how long. */
export interface Wait {
  /** Whether a commit is waited for that touched this namespace. */
  concerns(ns: string): boolean;
  readonly timeoutMs: number;
  /** End the wait when one of them is aborted. */
  readonly signals: readonly AbortSignal[];
}

/** Why a wait ended, and up to which time nothing was committed that concerns it. */
export interface WaitEnded {
  readonly reason: 'committed' | 'timeout' | 'aborted' | 'closed';
  readonly nothingUpTo: OpTime;
}

interface Waiter {
  readonly wait: Wait;
  end(reason: WaitEnded['reason']): void;
}

/** What `setTimeout` takes; more would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Those who wait for a commit that concerns them. Nobody is woken by other commits. */
export class CommitWaiters {
  readonly #waiters = new Set<Waiter>();
  readonly #last: () => OpTime;
  #isClosed = false;

  /** `last` returns the time of the last commit that was announced. */
  constructor(last: () => OpTime) {
    this.#last = last;
  }

  wait(wait: Wait): Promise<WaitEnded> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => waiter.end('timeout'), Math.min(wait.timeoutMs, longestTimerMs));
      const abort = (): void => waiter.end('aborted');
      const waiter: Waiter = {
        wait,
        end: (reason) => {
          clearTimeout(timer);
          for (const signal of wait.signals) signal.removeEventListener('abort', abort);
          this.#waiters.delete(waiter);
          resolve({ reason, nothingUpTo: this.#last() });
        },
      };
      this.#waiters.add(waiter);
      for (const signal of wait.signals) signal.addEventListener('abort', abort);
      if (this.#isClosed) waiter.end('closed');
      else if (wait.signals.some((signal) => signal.aborted)) abort();
    });
  }

  /** Wakes those whom a commit concerns that touched these namespaces; before `last` moves on to it. */
  wake(touched: ReadonlySet<string>): void {
    for (const waiter of [...this.#waiters]) {
      for (const ns of touched) {
        if (!waiter.wait.concerns(ns)) continue;
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
