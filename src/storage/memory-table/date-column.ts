/** So few that they mostly are of some weeks, as rows are often written in the order of a date. */
const pageBits = 10;
const pageLength = 1 << pageBits;

/** What has no date comes before all dates. */
const noDate = Number.NEGATIVE_INFINITY;
const noOffset = -(2 ** 31);
const greatestOffset = 2 ** 31 - 1;

interface Page {
  readonly base: number;
  /** The dates, as their distances to the base. */
  readonly offsets: Int32Array | Float64Array;
  /** The distance that says that there is no date. */
  readonly none: number;
}

/** Made with four bytes for each date, which are enough for 24 days before and after the base. */
const pageAround = (base: number): Page => ({
  base,
  offsets: new Int32Array(pageLength).fill(noOffset),
  none: noOffset,
});

/** What a page is as long as no date was set in it. */
const noDates = pageAround(0);

/**
 * Dates by their position, in milliseconds. A page of them takes four bytes for each as long as all are within some weeks
 * of the first one that was set, and eight otherwise.
 */
export class DateColumn {
  readonly #pages: Page[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Minus infinity if there is no date. */
  at(position: number): number {
    const { base, offsets, none } = this.#pages[position >>> pageBits] ?? noDates;
    const offset = offsets[position & (pageLength - 1)] ?? none;
    return offset === none ? noDate : base + offset;
  }

  /** @param date minus infinity if there is none. */
  set(position: number, date: number): void {
    const number = position >>> pageBits;
    while (this.#pages.length <= number) this.#pages.push(noDates);
    const { base, offsets, none } = this.#pageFor(number, date);
    offsets[position & (pageLength - 1)] = date === noDate ? none : date - base;
  }

  /** The page, with room for a date. */
  #pageFor(number: number, date: number): Page {
    const page = this.#pages[number] ?? noDates;
    const offset = date - page.base;
    const fits = page.none === noDate || (offset > noOffset && offset <= greatestOffset);
    if (date === noDate || (page !== noDates && fits)) return page;
    const next = page === noDates ? pageAround(date) : widened(page);
    this.#pages[number] = next;
    this.#bytes += next.offsets.byteLength - (page === noDates ? 0 : page.offsets.byteLength);
    return next;
  }
}

/**
 * The milliseconds of a date; minus infinity if the value is none. Dates that BSON has and JavaScript has not are read as
 * invalid ones, and would leave those that they are compared with in no order.
 */
export function millisecondsOf(value: unknown): number {
  const milliseconds = value instanceof Date ? value.getTime() : noDate;
  return Number.isNaN(milliseconds) ? noDate : milliseconds;
}

/** The dates of a page with eight bytes for each, which are enough for any. */
function widened({ base, offsets, none }: Page): Page {
  const dates = Float64Array.from(offsets, (offset) => (offset === none ? noDate : base + offset));
  return { base: 0, offsets: dates, none: noDate };
}
