import type { PathKey } from '../bson/path-keys.ts';
import type { Sorter, SortPart } from '../bson/sort-compare.ts';
import { compileSort } from '../bson/sort-compare.ts';
import type { Document } from '../bson/types.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import { type Pace, sortPaced } from './pace.ts';

/** How much a sort may hold in memory, as in MongoDB. */
const maxSortBytes = 100 * 1024 * 1024;

interface Item<T> {
  key: PathKey;
  order: number;
  bytes: number;
  value: T;
}

/** Sorts in memory, keeping only the first `limit`. Equal documents keep their original order. */
export class DocumentSorter<T> {
  readonly #sorter: Sorter;
  readonly #limit: number;
  /** With a limit, a heap with the last item on top. */
  readonly #items: Item<T>[] = [];
  #bytes = 0;
  #seen = 0;

  constructor(sort: readonly SortPart[], limit: number) {
    this.#sorter = compileSort(sort);
    this.#limit = limit;
  }

  /** Throws QueryExceededMemoryLimitNoDiskUseAllowed (292). */
  add(document: Document, bytes: number, value: T): void {
    this.#seen += 1;
    const item = { key: this.#sorter.keyOf(document), order: this.#seen, bytes, value };
    if (this.#items.length < this.#limit) {
      this.#items.push(item);
      this.#bytes += bytes;
      if (Number.isFinite(this.#limit)) this.#rise();
    } else this.#replaceLast(item);
    if (this.#bytes > maxSortBytes) {
      throw new MongoError(
        ErrorCode.QueryExceededMemoryLimitNoDiskUseAllowed,
        `Sort exceeded memory limit of ${maxSortBytes} bytes, but did not opt in to external sorting.`,
      );
    }
  }

  async finish(pace: Pace): Promise<T[]> {
    const sorted = await sortPaced(this.#items, (a, b) => this.#compare(a, b), pace);
    return sorted.map((item) => item.value);
  }

  #compare(a: Item<T>, b: Item<T>): number {
    return this.#sorter.compareKeys(a.key, b.key) || a.order - b.order;
  }

  #replaceLast(item: Item<T>): void {
    const last = this.#items[0];
    if (!last || this.#compare(item, last) >= 0) return;
    this.#bytes += item.bytes - last.bytes;
    this.#items[0] = item;
    this.#sink();
  }

  #rise(): void {
    const items = this.#items;
    let child = items.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      const [above, below] = [items[parent], items[child]];
      if (!above || !below || this.#compare(above, below) >= 0) return;
      items[parent] = below;
      items[child] = above;
      child = parent;
    }
  }

  #sink(): void {
    const items = this.#items;
    let parent = 0;
    for (;;) {
      let largest = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        const [a, b] = [items[child], items[largest]];
        if (a && b && this.#compare(a, b) > 0) largest = child;
      }
      const [top, bottom] = [items[parent], items[largest]];
      if (largest === parent || !top || !bottom) return;
      items[parent] = bottom;
      items[largest] = top;
      parent = largest;
    }
  }
}
