import { Column } from './column.ts';

/** Hashes that end in the same bits are in one bucket. */
const bucketBits = 15;
const bucketCount = 1 << bucketBits;

// A bucket is a chain of blocks of 64 bytes. In units of 16 bits, a block has the number of the block before it, 0 if
// there is none, and then entries: the other 17 bits of a hash, and 31 bits of a position.
const blockLength = 32;
const linkLength = 2;
const entryLength = 3;
const entriesInBlock = (blockLength - linkLength) / entryLength;

/**
 * The positions that were stored under a hash; one position may be stored under several, and several under one. An entry
 * takes between six and seven bytes, once there are more than some thousands.
 */
export class HashIndex {
  readonly #units = new Column();
  /** Of each bucket the number of its latest block, and how many entries that has. */
  readonly #latest = new Uint32Array(bucketCount);
  readonly #filled = new Uint8Array(bucketCount);
  #blocks = 0;

  get bytes(): number {
    return this.#units.bytes + this.#latest.byteLength + this.#filled.byteLength;
  }

  add(hash: number, position: number): void {
    const bucket = hash & (bucketCount - 1);
    const isFull = (this.#filled[bucket] ?? 0) === entriesInBlock;
    if (isFull || this.#latest[bucket] === 0) this.#addBlock(bucket);
    const filled = this.#filled[bucket] ?? 0;
    const at = entryAt(this.#latest[bucket] ?? 0, filled);
    const rest = hash >>> bucketBits;
    this.#units.set(at, rest & 0xffff);
    this.#units.set(at + 1, position & 0xffff);
    this.#units.set(at + 2, ((rest >>> 16) << 15) | (position >>> 16));
    this.#filled[bucket] = filled + 1;
  }

  /** The positions under a hash, the latest first. */
  *positions(hash: number): Generator<number> {
    const bucket = hash & (bucketCount - 1);
    const low = (hash >>> bucketBits) & 0xffff;
    const high = hash >>> 31;
    let count = this.#filled[bucket] ?? 0;
    for (let block = this.#latest[bucket] ?? 0; block !== 0; block = this.#blockBefore(block)) {
      for (let index = count - 1; index >= 0; index -= 1) {
        const at = entryAt(block, index);
        if (this.#units.at(at) !== low) continue;
        const last = this.#units.at(at + 2);
        if (last >>> 15 === high) yield ((last & 0x7fff) << 16) | this.#units.at(at + 1);
      }
      count = entriesInBlock;
    }
  }

  #addBlock(bucket: number): void {
    const before = this.#latest[bucket] ?? 0;
    this.#blocks += 1;
    this.#units.set(this.#blocks * blockLength, before & 0xffff);
    this.#units.set(this.#blocks * blockLength + 1, before >>> 16);
    this.#latest[bucket] = this.#blocks;
    this.#filled[bucket] = 0;
  }

  #blockBefore(block: number): number {
    const at = block * blockLength;
    return this.#units.at(at) | (this.#units.at(at + 1) << 16);
  }
}

/** Where an entry of a block begins. */
const entryAt = (block: number, index: number): number =>
  block * blockLength + linkLength + index * entryLength;

/** A hash of 32 bits (FNV-1a, over UTF-16 code units). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
