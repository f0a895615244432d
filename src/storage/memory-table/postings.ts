const pieceBits = 16;
const pieceBytes = 1 << pieceBits;
const shortestBlock = 16;
/** So often the next block of a list is twice as long as the one before. */
const doublings = 5;

/** Memory outside of the heap that lists of one index share, so that little of it is unused however many they are. */
export class PostingMemory {
  readonly #pieces: Uint8Array[] = [];
  #used = pieceBytes;

  get bytes(): number {
    return this.#pieces.length * pieceBytes;
  }

  /** @returns the address of a block of so many bytes, which nobody has used. */
  allocate(length: number): number {
    if (this.#used + length > pieceBytes) {
      this.#pieces.push(new Uint8Array(pieceBytes));
      this.#used = 0;
    }
    const address = (this.#pieces.length - 1) * pieceBytes + this.#used;
    this.#used += length;
    return address;
  }

  /** The piece of memory that an address is in. */
  pieceOf(address: number): Uint8Array {
    return this.#pieces[address >>> pieceBits] as Uint8Array;
  }
}

/** Where an address is in its piece. */
const placeOf = (address: number): number => address & (pieceBytes - 1);

/** The length of a list's n-th block, from 0 on. */
const blockLength = (index: number): number => shortestBlock << Math.min(index, doublings);

/** Stands before the length of a run of positions that follow each other; no position has this distance to another. */
const run = 0;
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

  /** Sets the flags at the positions to 1: a million in about two milliseconds. */
  mark(flags: Uint8Array): void {
    for (const block of this.blocks()) for (const position of block) flags[position] = 1;
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

const readAtOnce = 4_096;

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
