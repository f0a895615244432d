import { keyBehind } from '../storage/layout.ts';
import type { Entry, KeyRange, Store } from '../storage/store.ts';

const firstBlock = 8;
const largestBlock = 256;

/** A block is full when it holds this much, so that large documents do not fill up the memory. */
const largestBlockBytes = 1024 * 1024;

/** Returns entries one at a time. */
export interface EntryReader {
  next(): Entry | undefined;
  /** Forgets what was read ahead. */
  release(): void;
}

/** Reads the entry with one key, if there is one. */
export class KeyReader implements EntryReader {
  readonly #store: Store;
  readonly #key: Buffer;
  #isRead = false;

  constructor(store: Store, key: Buffer) {
    this.#store = store;
    this.#key = key;
  }

  next(): Entry | undefined {
    const value = this.#isRead ? undefined : this.#store.get(this.#key);
    this.#isRead = true;
    return value && { key: this.#key, value };
  }

  release(): void {
    // Nothing is read ahead.
  }
}

/**
 * Reads a range in growing blocks, without keeping a transaction open between them. After `release` it
 * continues from its position with what is stored by then, so whatever does not change in between is read
 * exactly once.
 */
export class RangeReader implements EntryReader {
  readonly #store: Store;
  readonly #isReverse: boolean;
  #rest: KeyRange;
  #block: Entry[] = [];
  #position = 0;
  #blockSize = firstBlock;
  /** How many entries have been of use since the last release. */
  #used = 0;
  #isLast = false;

  constructor(store: Store, range: KeyRange, isReverse: boolean) {
    this.#store = store;
    this.#rest = range;
    this.#isReverse = isReverse;
  }

  next(): Entry | undefined {
    if (this.#position >= this.#block.length && !this.#readBlock()) return undefined;
    const entry = this.#block[this.#position];
    this.#position += 1;
    this.#used += 1;
    return entry;
  }

  release(): void {
    // Whoever takes so many at a time takes as many the next time; what is read beyond them is read again.
    this.#blockSize = Math.min(Math.max(this.#used, firstBlock), largestBlock);
    this.#used = 0;
    if (this.#position >= this.#block.length) return;
    this.#moveBehind(this.#block[this.#position - 1]);
    this.#block = [];
    this.#position = 0;
    this.#isLast = false;
  }

  #readBlock(): boolean {
    if (this.#isLast) return false;
    this.#moveBehind(this.#block.at(-1));
    const limits = { limit: this.#blockSize, maxBytes: largestBlockBytes };
    this.#block = this.#store.read(this.#rest, { ...limits, reverse: this.#isReverse });
    this.#position = 0;
    // Most ranges are short: a block that is not full is the last one, and nothing more needs to be read.
    this.#isLast =
      this.#block.length < this.#blockSize &&
      this.#block.reduce((sum, { value }) => sum + value.length, 0) < largestBlockBytes;
    this.#blockSize = Math.min(this.#blockSize * 4, largestBlock);
    return this.#block.length > 0;
  }

  #moveBehind(entry: Entry | undefined): void {
    if (!entry) return;
    const { start, end } = this.#rest;
    this.#rest = this.#isReverse ? { start, end: entry.key } : { start: keyBehind(entry.key), end };
  }
}
