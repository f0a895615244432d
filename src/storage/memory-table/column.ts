type Numbers = Uint8Array | Uint16Array | Uint32Array;

const pageBits = 13;
const pageLength = 1 << pageBits;
/** What a page is as long as nothing else was set in it. */
const zeros: Numbers = new Uint8Array(pageLength);

/**
 * Integers from 0 to 2³² - 1 by their position, each in as many bytes as the largest in its page needs. It grows by a page
 * at a time, so that little is copied and few copies wait for being collected.
 */
export class Column {
  readonly #pages: Numbers[] = [];
  /** Of each page the greatest number that it has room for. */
  readonly #greatest: number[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** 0 if nothing was set there. */
  at(position: number): number {
    return this.#pages[position >>> pageBits]?.[position & (pageLength - 1)] ?? 0;
  }

  set(position: number, value: number): void {
    const number = position >>> pageBits;
    while (this.#pages.length <= number) {
      this.#pages.push(zeros);
      this.#greatest.push(0);
    }
    if (value > (this.#greatest[number] ?? 0)) this.#widen(number, value);
    (this.#pages[number] as Numbers)[position & (pageLength - 1)] = value;
  }

  /** Makes room for a greater number in a page. */
  #widen(number: number, value: number): void {
    const page = this.#pages[number] ?? zeros;
    const wider = pageFor(value);
    wider.set(page);
    this.#pages[number] = wider;
    this.#greatest[number] = 256 ** wider.BYTES_PER_ELEMENT - 1;
    this.#bytes += wider.byteLength - (page === zeros ? 0 : page.byteLength);
  }
}

function pageFor(value: number): Numbers {
  if (value < 2 ** 8) return new Uint8Array(pageLength);
  return value < 2 ** 16 ? new Uint16Array(pageLength) : new Uint32Array(pageLength);
}
