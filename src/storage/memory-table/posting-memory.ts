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
export const placeOf = (address: number): number => address & (pieceBytes - 1);

/** The length of a list's n-th block, from 0 on. */
export const blockLength = (index: number): number => shortestBlock << Math.min(index, doublings);
