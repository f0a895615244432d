import { OverloadedError } from './errors.ts';

export interface WorkQueueOptions {
  /** How many pieces of work are in progress at a time. */
  readonly atATime: number;
  /** How many may wait; more are refused. */
  readonly mostWaiting: number;
  /** How long one may wait; after that it is refused instead of begun, since nobody waits for it any more. */
  readonly longestWaitMs: number;
  /** Milliseconds by a monotonic clock. */
  readonly elapsedMs?: () => number;
}

interface Waiting {
  readonly since: number;
  begin(): void;
  refuse(): void;
}

/** Does expensive work for a few requests at a time, in the order in which they ask. */
export class WorkQueue {
  readonly #options: Required<WorkQueueOptions>;
  readonly #waiting: Waiting[] = [];
  #underWay = 0;

  constructor(options: WorkQueueOptions) {
    this.#options = { elapsedMs: () => performance.now(), ...options };
  }

  /**
   * Does the work when it is its turn.
   * @throws {OverloadedError} if too much is waiting, or if it has been waiting for too long; and what `work` throws.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#underWay < this.#options.atATime) this.#underWay += 1;
    else await this.#turn();
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
      this.#beginNext();
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#options.mostWaiting)
      return Promise.reject(new OverloadedError('too much of this work is waiting'));
    const since = this.#options.elapsedMs();
    return new Promise((begin, reject) => {
      const refuse = () => reject(new OverloadedError('the work has waited too long'));
      this.#waiting.push({ since, begin, refuse });
    });
  }

  #beginNext(): void {
    const latest = this.#options.elapsedMs() - this.#options.longestWaitMs;
    let next = this.#waiting.shift();
    while (next && next.since < latest) {
      next.refuse();
      next = this.#waiting.shift();
    }
    if (next === undefined) return;
    this.#underWay += 1;
    next.begin();
  }
}
