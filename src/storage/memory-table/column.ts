type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;

const pageBits = 13;
const pageLength = 1 << pageBits;

/**
 * Numbers by their position, in as many bytes as they need. It grows by a page at a time, so that nothing is copied and
 * no copies wait for being collected.
 */
export class Column<T extends Numbers> {
  readonly #make: (length: number) => T;
  readonly #pages: T[] = [];

  constructor(make: (length: number) => T) {
    this.#make = make;
  }

  get bytes(): number {
    return this.#pages.length * (this.#pages[0]?.byteLength ?? 0);
  }

  /** 0 if nothing was set there. */
  at(position: number): number {
    return this.#pages[position >>> pageBits]?.[position & (pageLength - 1)] ?? 0;
  }

  set(position: number, value: number): void {
    const number = position >>> pageBits;
    while (this.#pages.length <= number) this.#pages.push(this.#make(pageLength));
    (this.#pages[number] as T)[position & (pageLength - 1)] = value;
  }
}
