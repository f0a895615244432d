import { blockLength, type PostingMemory, placeOf } from './posting-memory.ts';
import { PostingReader, run } from './posting-reader.ts';

const readAtOnce = 4_096;
const shortestRun = 3;
/** A run takes so many bytes at most: one, and a length of 32 bits. */
const mostBytes = 6;
/** Stands where nothing fits any more: no number ends with it. */
const filling = 128;

/**
 * Ascending positions, each stored as its distance to the one before, mostly in a byte or two; of those that follow each
 * other only the number. No distance begins in one block of memory and ends in another.
 */
export class Postings {
  readonly #memory: PostingMemory;
  /** The addresses of the blocks, and of each the position that the first distance in it is from. */
  readonly #blocks: number[] = [];
  readonly #starts: number[] = [];
  /** Where the last block goes on, and where it ends. */
  #at = 0;
  #end = 0;
  #last = -1;
  /** So many of the last positions follow each other and are not in a block yet. */
  #following = 0;
  count = 0;

  constructor(memory: PostingMemory) {
    this.#memory = memory;
  }

  /** Adds a position that is not below any that was added; one that was just added is not added again. */
  add(position: number): void {
    const distance = position - this.#last;
    if (distance === 0) return;
    if (distance === 1) this.#following += 1;
    else {
      this.#writeFollowing();
      this.#makeRoom(this.#last);
      this.#write(distance);
    }
    this.#last = position;
    this.count += 1;
  }

  /** The positions, many at a time, in an array that is used again. */
  *blocks(): Generator<Uint32Array> {
    const reader = this.read();
    const block = new Uint32Array(Math.min(this.count, readAtOnce));
    for (let length = reader.fill(block); length > 0; length = reader.fill(block))
      yield length === block.length ? block : block.subarray(0, length);
  }

  /** Sets the flags at the positions to 1: a million in a few milliseconds. */
  mark(flags: Uint8Array): void {
    this.read().mark(flags);
  }

  /** A reader of those positions that there are now. */
  read(): PostingReader {
    return new PostingReader({
      memory: this.#memory,
      blocks: this.#blocks,
      starts: this.#starts,
      blockCount: this.#blocks.length,
      end: this.#at,
      last: this.#last,
      following: this.#following,
    });
  }

  #writeFollowing(): void {
    const count = this.#following;
    if (count === 0) return;
    this.#following = 0;
    const before = this.#last - count;
    if (count < shortestRun) {
      for (let index = 0; index < count; index += 1) {
        this.#makeRoom(before + index);
        this.#write(1);
      }
      return;
    }
    this.#makeRoom(before);
    this.#write(run);
    this.#write(count);
  }

  /** Begins another block unless anything fits into this one; the next distance is from `position`. */
  #makeRoom(position: number): void {
    if (this.#at + mostBytes <= this.#end) return;
    const last = this.#blocks.at(-1);
    if (last !== undefined) this.#memory.pieceOf(last).fill(filling, this.#at, this.#end);
    const length = blockLength(this.#blocks.length);
    const address = this.#memory.allocate(length);
    this.#blocks.push(address);
    this.#starts.push(position);
    this.#at = placeOf(address);
    this.#end = this.#at + length;
  }

  #write(number: number): void {
    const bytes = this.#memory.pieceOf(this.#blocks.at(-1) ?? 0);
    let left = number;
    for (; left > 127; left >>>= 7) {
      bytes[this.#at] = (left & 127) | 128;
      this.#at += 1;
    }
    bytes[this.#at] = left;
    this.#at += 1;
  }
}
