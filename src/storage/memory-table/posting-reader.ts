import { blockLength, type PostingMemory, placeOf } from './posting-memory.ts';

/** Stands before the length of a run of positions that follow each other; no position has this distance to another. */
export const run = 0;

/** A list as it was when its reading began. */
interface ReadList {
  readonly memory: PostingMemory;
  readonly blocks: readonly number[];
  readonly starts: readonly number[];
  readonly blockCount: number;
  /** Where the last block ends. */
  readonly end: number;
  readonly last: number;
  readonly following: number;
}

/** Reads the positions of a list in their order. */
export class PostingReader {
  readonly #list: ReadList;
  #next = 0;
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;
  #end = 0;
  /** The last position that was read, and how many follow it one by one. */
  #position = -1;
  #following = 0;
  #hasRest = true;

  constructor(list: ReadList) {
    this.#list = list;
  }

  /**
   * Reads on.
   * @returns how many positions were read: as many as there is room for, or fewer if there are no more.
   */
  fill(target: Uint32Array): number {
    let filled = 0;
    while (filled < target.length) {
      if (this.#following > 0) filled = this.#fillFollowing(target, filled);
      else if (this.#at < this.#end) filled = this.#fillFromBlock(target, filled);
      else if (!this.#openNext()) break;
    }
    return filled;
  }

  /** Sets the flags at all positions that are left to 1, which is quicker than reading them. */
  mark(flags: Uint8Array): void {
    do {
      if (this.#at < this.#end) this.#markFromBlock(flags);
      flags.fill(1, this.#position + 1, this.#position + 1 + this.#following);
      this.#position += this.#following;
      this.#following = 0;
    } while (this.#at < this.#end || this.#openNext());
  }

  /** Passes over those blocks that have nothing from a position on. */
  skipTo(position: number): void {
    const { starts, blockCount } = this.#list;
    let [low, high] = [this.#next, blockCount];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    if (low === this.#next) return;
    this.#next = low - 1;
    this.#at = this.#end;
    this.#following = 0;
  }

  #fillFollowing(target: Uint32Array, from: number): number {
    const count = Math.min(this.#following, target.length - from);
    for (let index = 0; index < count; index += 1) target[from + index] = this.#position + index + 1;
    this.#position += count;
    this.#following -= count;
    return from + count;
  }

  /** Reads up to the end of the block, or to a run. */
  #fillFromBlock(target: Uint32Array, from: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#at;
    let position = this.#position;
    let filled = from;
    let number = 0;
    let shift = 0;
    let isRun = false;
    while (at < end && filled < target.length) {
      const byte = bytes[at] ?? 0;
      at += 1;
      number |= (byte & 127) << shift;
      shift += 7;
      if (byte > 127) continue;
      if (isRun) {
        this.#following = number;
        break;
      }
      isRun = number === run;
      position += number;
      if (!isRun) {
        target[filled] = position;
        filled += 1;
      }
      number = 0;
      shift = 0;
    }
    this.#at = at;
    this.#position = position;
    return filled;
  }

  /** Marks up to the end of the block, or to a run. */
  #markFromBlock(flags: Uint8Array): void {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#at;
    let position = this.#position;
    let number = 0;
    let shift = 0;
    let isRun = false;
    while (at < end) {
      const byte = bytes[at] ?? 0;
      at += 1;
      number |= (byte & 127) << shift;
      shift += 7;
      if (byte > 127) continue;
      if (isRun) {
        this.#following = number;
        break;
      }
      isRun = number === run;
      position += number;
      if (!isRun) flags[position] = 1;
      number = 0;
      shift = 0;
    }
    this.#at = at;
    this.#position = position;
  }

  /** @returns whether there is more to be read. */
  #openNext(): boolean {
    const { memory, blocks, starts, blockCount, end, last, following } = this.#list;
    const address = blocks[this.#next];
    if (this.#next < blockCount && address !== undefined) {
      this.#position = starts[this.#next] ?? 0;
      this.#next += 1;
      this.#bytes = memory.pieceOf(address);
      this.#at = placeOf(address);
      this.#end = this.#next === blockCount ? end : this.#at + blockLength(this.#next - 1);
      return true;
    }
    if (!this.#hasRest) return false;
    this.#hasRest = false;
    this.#position = last - following;
    this.#following = following;
    return following > 0;
  }
}
