import { DatabaseUnavailableError } from '../domain/errors.ts';

export interface WriteCoalescerOptions<T> {
  /**
   * Writes all items in as few commands as it can and gives the errors of those that were not written, by index.
   * Rejecting fails the whole batch. It must not take longer than `timeoutMs`.
   */
  writeBatch(items: readonly T[], timeoutMs: number): Promise<ReadonlyMap<number, Error>>;
  /** What an item occupies while it waits, in bytes. */
  sizeOf(item: T): number;
  /** How long the first item of a batch waits for others, in milliseconds. */
  readonly delayMs?: number;
  readonly maxBatch?: number;
  /** How many batches may be under way at a time; items that arrive meanwhile make up the next one. */
  readonly maxInFlight?: number;
  /** Once this much is waiting, further writes are refused instead of filling the memory. */
  readonly maxQueuedBytes?: number;
  /** How long a write may take in all, waiting included. */
  readonly timeoutMs?: number;
}

/** Gathers the writes of many requests into few commands. */
export interface WriteCoalescer<T> {
  /**
   * Resolves when the item's own write is acknowledged.
   * @throws the item's own error; {@link DatabaseUnavailableError} where too much is waiting or for too long.
   */
  write(item: T): Promise<void>;
  /** Writes what is waiting and refuses what comes later. */
  close(): Promise<void>;
}

interface Entry<T> {
  readonly item: T;
  readonly size: number;
  readonly arrivedAt: number;
  resolve(): void;
  reject(error: Error): void;
}

const defaults = {
  delayMs: 1,
  maxBatch: 500,
  maxInFlight: 2,
  maxQueuedBytes: 32 * 1024 * 1024,
  timeoutMs: 1_700,
};

/** A batch is not begun with less time than this: its items are refused instead. */
const leastTimeMs = 400;

/** Makes a coalescer; see {@link WriteCoalescerOptions} for its bounds. */
export function createWriteCoalescer<T>(options: WriteCoalescerOptions<T>): WriteCoalescer<T> {
  const { delayMs, maxBatch, maxInFlight, maxQueuedBytes, timeoutMs } = { ...defaults, ...options };
  const underWay = new Set<Promise<void>>();
  const queue: Entry<T>[] = [];
  let queuedBytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function schedule(): void {
    if (timer !== undefined || queue.length === 0 || underWay.size >= maxInFlight) return;
    timer = setTimeout(flush, queue.length >= maxBatch || closed ? 0 : delayMs);
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const batch = takeBatch();
    const [oldest] = batch;
    if (oldest !== undefined) {
      const remainingMs = timeoutMs - (performance.now() - oldest.arrivedAt);
      const written = writeEntries(batch, Math.ceil(remainingMs)).finally(() => {
        underWay.delete(written);
        schedule();
      });
      underWay.add(written);
    }
    schedule();
  }

  /** The items that have waited longest; those that have waited too long are refused. */
  function takeBatch(): Entry<T>[] {
    const latest = performance.now() - (timeoutMs - leastTimeMs);
    const fresh = queue.findIndex(({ arrivedAt }) => arrivedAt > latest);
    const expired = queue.splice(0, fresh === -1 ? queue.length : fresh);
    for (const { reject } of expired) reject(new DatabaseUnavailableError('the write has waited too long'));
    const batch = queue.splice(0, maxBatch);
    queuedBytes -= sizeOfAll(expired) + sizeOfAll(batch);
    return batch;
  }

  async function writeEntries(batch: readonly Entry<T>[], remainingMs: number): Promise<void> {
    try {
      const items = batch.map(({ item }) => item);
      const failures = await options.writeBatch(items, remainingMs);
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

  return {
    write(item) {
      const size = options.sizeOf(item);
      if (closed) return Promise.reject(new DatabaseUnavailableError('the service is stopping'));
      if (queuedBytes + size > maxQueuedBytes)
        return Promise.reject(new DatabaseUnavailableError('too many writes are waiting'));
      queuedBytes += size;
      return new Promise((resolve, reject) => {
        queue.push({ item, size, arrivedAt: performance.now(), resolve, reject });
        schedule();
      });
    },
    async close() {
      closed = true;
      while (queue.length > 0 || underWay.size > 0) {
        if (underWay.size < maxInFlight) flush();
        await Promise.race(underWay);
      }
    },
  };
}

const sizeOfAll = (entries: readonly Entry<unknown>[]): number =>
  entries.reduce((sum, { size }) => sum + size, 0);
