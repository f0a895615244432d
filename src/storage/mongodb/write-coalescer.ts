import { once } from 'node:events';
import { DatabaseUnavailableError } from '../../domain/errors.ts';

export interface WriteCoalescerOptions<T> {
  /**
   * Writes all items in as few commands as possible, and returns the errors of those that were not written, by index.
   * Rejecting fails the whole batch.
   */
  writeBatch(items: readonly T[]): Promise<ReadonlyMap<number, Error>>;
  /** The memory that an item takes up while it waits, in bytes. */
  sizeOf(item: T): number;
  /** How long the first item of a batch waits for others, in milliseconds. */
  readonly delayMs?: number;
  /** A batch of this size is written at once: next to so many items, the cost of a command is small. */
  readonly immediateBatchSize?: number;
  readonly maxBatch?: number;
  /** How many batches may be in progress at a time; items that arrive meanwhile form the next one. */
  readonly maxInFlight?: number;
  /** Once this much is waiting, further writes are refused instead of filling up the memory. */
  readonly maxQueuedBytes?: number;
  /** How long a write may wait for its batch to begin; after that, nobody is waiting for it any more. */
  readonly maxWaitMs?: number;
  /** How long closing waits for the batches in progress; a database that hangs must not hold up the stop. */
  readonly maxCloseMs?: number;
  /** A clock that is never put back: milliseconds since any moment. */
  readonly monotonicMs?: () => number;
}

interface Entry<T> {
  readonly item: T;
  readonly size: number;
  readonly arrivedAt: number;
  resolve(): void;
  reject(error: Error): void;
}

const defaults = {
  delayMs: 2,
  immediateBatchSize: 64,
  maxBatch: 500,
  maxInFlight: 2,
  maxQueuedBytes: 32 * 1024 * 1024,
  maxWaitMs: 1_500,
  maxCloseMs: 3_000,
  monotonicMs: () => performance.now(),
};

/** Combines the writes of many requests into few commands; see {@link WriteCoalescerOptions} for its limits. */
export class WriteCoalescer<T> {
  readonly #options: Required<WriteCoalescerOptions<T>>;
  readonly #underWay = new Set<Promise<void>>();
  #queue: Entry<T>[] = [];
  #queuedBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: WriteCoalescerOptions<T>) {
    this.#options = { ...defaults, ...options };
  }

  /**
   * Resolves when the item's own write is acknowledged.
   * @throws the item's own error; {@link DatabaseUnavailableError} if too much is waiting, or has been waiting for
   *   too long.
   */
  write(item: T): Promise<void> {
    const size = this.#options.sizeOf(item);
    if (this.#closed) return Promise.reject(new DatabaseUnavailableError('the service is stopping'));
    if (this.#queuedBytes + size > this.#options.maxQueuedBytes)
      return Promise.reject(new DatabaseUnavailableError('too many writes are waiting'));
    this.#queuedBytes += size;
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, size, arrivedAt: this.#options.monotonicMs(), resolve, reject });
      this.#schedule();
    });
  }

  /** Writes everything that is waiting, if there is time for it, and refuses anything that comes later. */
  async close(): Promise<void> {
    this.#closed = true;
    const timeUp = new AbortController();
    const timer = setTimeout(() => timeUp.abort(), this.#options.maxCloseMs);
    const untilTimeUp = once(timeUp.signal, 'abort');
    while (!timeUp.signal.aborted && (this.#queue.length > 0 || this.#underWay.size > 0)) {
      if (this.#underWay.size < this.#options.maxInFlight) this.#flush();
      // Nothing is in progress if all that was waiting had waited for too long.
      if (this.#underWay.size > 0) await Promise.race([...this.#underWay, untilTimeUp]);
    }
    clearTimeout(timer);
    for (const { reject } of this.#queue.splice(0))
      reject(new DatabaseUnavailableError('the service has stopped'));
  }

  #schedule(): void {
    const { maxInFlight, immediateBatchSize, delayMs } = this.#options;
    while (this.#underWay.size < maxInFlight && this.#queue.length >= immediateBatchSize) this.#flush();
    if (this.#timer !== undefined || this.#queue.length === 0 || this.#underWay.size >= maxInFlight) return;
    this.#timer = setTimeout(() => {
      this.#flush();
      this.#schedule();
    }, delayMs);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#takeBatch();
    if (batch.length === 0) return;
    const written = this.#write(batch).finally(() => {
      this.#underWay.delete(written);
      this.#schedule();
    });
    this.#underWay.add(written);
  }

  /** The items that have waited longest; those that have waited too long are rejected. */
  #takeBatch(): Entry<T>[] {
    const latest = this.#options.monotonicMs() - this.#options.maxWaitMs;
    const fresh = this.#queue.findIndex(({ arrivedAt }) => arrivedAt > latest);
    const expired = this.#queue.splice(0, fresh === -1 ? this.#queue.length : fresh);
    for (const { reject } of expired) reject(new DatabaseUnavailableError('the write has waited too long'));
    const batch = this.#queue.splice(0, this.#options.maxBatch);
    for (const { size } of [...expired, ...batch]) this.#queuedBytes -= size;
    return batch;
  }

  async #write(batch: readonly Entry<T>[]): Promise<void> {
    try {
      const items = batch.map(({ item }) => item);
      const failures = await this.#options.writeBatch(items);
      for (const [index, entry] of batch.entries()) {
        const failure = failures.get(index);
        if (failure === undefined) entry.resolve();
        else entry.reject(failure);
      }
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      for (const { reject } of batch) reject(reason);
    }
  }
}
