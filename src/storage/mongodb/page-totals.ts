import { LRUCache } from 'lru-cache';
import { BSON, type Collection, type Document, type Filter } from 'mongodb';
import { within } from './within.ts';

/** A count that takes no longer is never answered from memory. */
const quickMs = 100;
const mostRemembered = 500;

/** Counts documents until the signal aborts. */
export type Count = (signal: AbortSignal) => Promise<number>;

/** A count that is being made. */
interface Counting {
  readonly total: Promise<number>;
  /** How many wait for it. */
  waiting: number;
  stop(): void;
}

export interface PageTotalsOptions {
  /** How old a total may be. */
  readonly rememberedMs?: number;
  readonly quickMs?: number;
}

/**
 * How many documents match the filters of lists. What is counted quickly is exact; what takes longer, as among a
 * million, is answered as it was up to a minute ago, while it is counted again. Those who ask for the same at the same
 * time share one count, and it ends when none of them waits for it.
 */
export class PageTotals {
  readonly #remembered: LRUCache<string, number>;
  readonly #counting = new Map<string, Counting>();
  readonly #quickMs: number;

  constructor(options: PageTotalsOptions = {}) {
    this.#quickMs = options.quickMs ?? quickMs;
    this.#remembered = new LRUCache({ max: mostRemembered, ttl: options.rememberedMs ?? 60_000 });
  }

  /**
   * @param signal aborts when the caller does not wait any more.
   * @param how a quicker way to count what matches the filter.
   */
  async count<T extends Document>(
    collection: Collection<T>,
    filter: Filter<T>,
    signal: AbortSignal,
    how: Count = (until) => collection.countDocuments(filter, { signal: until }),
  ): Promise<number> {
    const key = `${collection.namespace} ${BSON.EJSON.stringify(filter)}`;
    const counting = this.#counting.get(key) ?? this.#begin(key, how);
    const remembered = this.#remembered.get(key);
    if (remembered === undefined) return waitFor(counting, signal);
    // Whoever asks next gets the new total, so that it is worth counting to the end.
    counting.waiting += 1;
    const counted = counting.total.catch(() => undefined);
    return (await within(counted, this.#quickMs)) ?? remembered;
  }

  #begin(key: string, count: Count): Counting {
    const abort = new AbortController();
    const startedAt = performance.now();
    const total = count(abort.signal);
    const counting = { total, waiting: 0, stop: () => abort.abort() };
    this.#counting.set(key, counting);
    const done = () => void this.#counting.delete(key);
    total.then((counted) => {
      done();
      if (performance.now() - startedAt > this.#quickMs) this.#remembered.set(key, counted);
      else this.#remembered.delete(key);
    }, done);
    return counting;
  }
}

async function waitFor(counting: Counting, signal: AbortSignal): Promise<number> {
  const leave = () => {
    counting.waiting -= 1;
    if (counting.waiting === 0) counting.stop();
  };
  counting.waiting += 1;
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await counting.total;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
