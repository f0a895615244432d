import { OverloadedError } from '../domain/errors.ts';

const defaultTotalBytes = 64 * 1024 * 1024;
/**
 * An address may hold this part of what is free. The more is held, the less each may add, so that small requests find
 * room while a hundred addresses hold as much as they may.
 */
const shareOfFree = 1 / 32;

/** The memory that the body of one request holds. */
export interface BodyMemory {
  /** @throws {OverloadedError} if the address, or everyone together, would hold too much. */
  take(bytes: number): void;
  /** Gives everything back. To be called however the request ends. */
  release(): void;
}

/** How much memory the bodies of requests hold that are being received or handled, altogether and by address. */
export class BodyBudget {
  readonly #totalBytes: number;
  readonly #heldByAddress = new Map<string, number>();
  #heldBytes = 0;

  constructor(totalBytes = defaultTotalBytes) {
    this.#totalBytes = totalBytes;
  }

  /** @param address what the client is counted by: its address or network. */
  open(address: string): BodyMemory {
    let held = 0;
    return {
      take: (bytes) => {
        this.#change(address, bytes);
        held += bytes;
      },
      release: () => {
        this.#change(address, -held);
        held = 0;
      },
    };
  }

  #change(address: string, bytes: number): void {
    const held = (this.#heldByAddress.get(address) ?? 0) + bytes;
    const free = this.#totalBytes - this.#heldBytes - bytes;
    if (bytes > 0 && held > free * shareOfFree)
      throw new OverloadedError('the bodies of too many requests are in memory');
    this.#heldBytes += bytes;
    if (held > 0) this.#heldByAddress.set(address, held);
    else this.#heldByAddress.delete(address);
  }
}
