import { Column } from './column.ts';

const makeNumbers = (length: number) => new Uint32Array(length);

/** The positions that were stored under a hash; one position may be stored under several, and several under one. */
export class HashIndex {
  readonly #hashes = new Column(makeNumbers);
  readonly #positions = new Column(makeNumbers);
  /** The number of the entry before, in the same bucket; 0 ends the bucket. */
  readonly #earlier = new Column(makeNumbers);
  /** The number of the latest entry in each bucket. */
  #buckets = new Uint32Array(1_024);
  #count = 0;

  get bytes(): number {
    const { bytes } = this.#hashes;
    return 3 * bytes + this.#buckets.byteLength;
  }

  add(hash: number, position: number): void {
    if (this.#count >= this.#buckets.length) this.#spread();
    this.#count += 1;
    this.#hashes.set(this.#count, hash);
    this.#positions.set(this.#count, position);
    this.#link(this.#count, hash);
  }

  /** The positions under a hash, the latest first. */
  *positions(hash: number): Generator<number> {
    let entry = this.#buckets[hash % this.#buckets.length] ?? 0;
    for (; entry !== 0; entry = this.#earlier.at(entry))
      if (this.#hashes.at(entry) === hash) yield this.#positions.at(entry);
  }

  #link(entry: number, hash: number): void {
    const bucket = hash % this.#buckets.length;
    this.#earlier.set(entry, this.#buckets[bucket] ?? 0);
    this.#buckets[bucket] = entry;
  }

  #spread(): void {
    this.#buckets = new Uint32Array(this.#buckets.length * 2);
    for (let entry = 1; entry <= this.#count; entry += 1) this.#link(entry, this.#hashes.at(entry));
  }
}

/** A hash of 32 bits (FNV-1a, over UTF-16 code units). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
