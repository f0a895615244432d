type Numbers = Uint8Array | Uint32Array | Float64Array;

const firstLength = 1_024;

/** Numbers by their position, in as many bytes as they need; it grows as it is filled. */
export class Column<T extends Numbers> {
  readonly #make: (length: number) => T;
  #values: T;

  constructor(make: (length: number) => T) {
    this.#make = make;
    this.#values = make(firstLength);
  }

  get bytes(): number {
    return this.#values.byteLength;
  }

  /** 0 if nothing was set there. */
  at(position: number): number {
    return this.#values[position] ?? 0;
  }

  set(position: number, value: number): void {
    if (position >= this.#values.length) this.#growTo(position + 1);
    this.#values[position] = value;
  }

  #growTo(length: number): void {
    const grown = this.#make(Math.max(length, Math.ceil(this.#values.length * 1.25)));
    grown.set(this.#values);
    this.#values = grown;
  }
}
