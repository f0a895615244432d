const gramLength = 3;
/** Stands behind the end of a text, so that its last letters begin a gram, too; it is no character. */
const end = 0xffff;

/** Ascending positions, each stored as its distance to the one before: mostly a byte or two. */
export class Postings {
  #bytes = new Uint8Array(8);
  #length = 0;
  #last = -1;
  count = 0;

  get bytes(): number {
    return this.#bytes.byteLength;
  }

  /** Adds a position that is not below any that was added; one that was just added is not added again. */
  add(position: number): void {
    let distance = position - this.#last;
    if (distance === 0) return;
    if (this.#length + 5 > this.#bytes.length) this.#grow();
    for (; distance > 127; distance >>>= 7) {
      this.#bytes[this.#length] = (distance & 127) | 128;
      this.#length += 1;
    }
    this.#bytes[this.#length] = distance;
    this.#length += 1;
    this.#last = position;
    this.count += 1;
  }

  /** The positions, many at a time, in an array that is used again. */
  *blocks(): Generator<Uint32Array> {
    const block = new Uint32Array(Math.min(this.count, blockLength));
    const [bytes, length] = [this.#bytes, this.#length];
    let [position, filled, shift, distance] = [-1, 0, 0, 0];
    for (let index = 0; index < length; index += 1) {
      const byte = bytes[index] ?? 0;
      distance |= (byte & 127) << shift;
      shift += 7;
      if (byte > 127) continue;
      position += distance;
      block[filled] = position;
      filled += 1;
      [shift, distance] = [0, 0];
      if (filled < block.length) continue;
      yield block;
      filled = 0;
    }
    if (filled > 0) yield block.subarray(0, filled);
  }

  /** Sets the flags at the positions to 1: a million in about two milliseconds. */
  mark(flags: Uint8Array): void {
    const bytes = this.#bytes;
    const length = this.#length;
    let position = -1;
    let distance = 0;
    let shift = 0;
    for (let index = 0; index < length; index += 1) {
      const byte = bytes[index] ?? 0;
      distance |= (byte & 127) << shift;
      shift += 7;
      if (byte > 127) continue;
      position += distance;
      flags[position] = 1;
      distance = 0;
      shift = 0;
    }
  }

  #grow(): void {
    const grown = new Uint8Array(Math.ceil(this.#bytes.length * 1.25) + 5);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

const blockLength = 4_096;

/** Ascending positions, read one by one. */
class PositionReader {
  readonly #blocks: Generator<Uint32Array>;
  #block: Uint32Array = new Uint32Array();
  #index = 0;

  constructor(postings: Postings) {
    this.#blocks = postings.blocks();
  }

  /** The first position from one on that has not been passed yet; undefined behind the last one. */
  seek(from: number): number | undefined {
    for (;;) {
      for (; this.#index < this.#block.length; this.#index += 1) {
        const position = this.#block[this.#index] ?? 0;
        if (position >= from) return position;
      }
      const next = this.#blocks.next();
      if (next.done) return undefined;
      this.#block = next.value;
      this.#index = 0;
    }
  }
}

/** What two lists have in common. */
class CommonPostings implements FoundPostings {
  readonly #few: Postings;
  readonly #many: Postings;

  constructor(few: Postings, many: Postings) {
    this.#few = few;
    this.#many = many;
  }

  *blocks(): Generator<Uint32Array> {
    const many = new PositionReader(this.#many);
    for (const block of this.#few.blocks())
      yield block.filter((position) => many.seek(position) === position);
  }

  mark(flags: Uint8Array): void {
    for (const block of this.blocks()) for (const position of block) flags[position] = 1;
  }
}

/** Ascending positions that were found. */
export type FoundPostings = Pick<Postings, 'blocks' | 'mark'>;

/** Two code units as one number, which is quicker to look up than a text. */
const pairOf = (second: number, third: number): number => (second << 16) | third;

/** Which rows have a text with given letters: for each three that follow each other, the positions of the rows. */
export class GramIndex {
  /** By the first letter, so that a single one is found without looking at all; then by the other two. */
  readonly #byFirst = new Map<number, Map<number, Postings>>();

  get bytes(): number {
    let bytes = 0;
    for (const postings of this.#byFirst.values())
      for (const each of postings.values()) bytes += each.bytes + postingsBytes;
    return bytes;
  }

  /** Adds a row, which comes after all others, under each gram of a case-folded text. */
  add(text: string, position: number): void {
    let [first, second] = [unitAt(text, 0), unitAt(text, 1)];
    for (let index = 0; index < text.length; index += 1) {
      const third = unitAt(text, index + 2);
      this.#postingsOf(first, pairOf(second, third)).add(position);
      [first, second] = [second, third];
    }
  }

  /**
   * The postings that together have every row with a text that contains the term. Up to three letters they have no
   * other rows; of a longer term they are what those of its two rarest grams have in common.
   */
  find(term: string): FoundPostings[] {
    if (term.length < gramLength) return this.#beginningWith(term);
    const all = new Set<Postings>();
    for (let index = 0; index + gramLength <= term.length; index += 1) {
      const pair = pairOf(unitAt(term, index + 1), unitAt(term, index + 2));
      const postings = this.#byFirst.get(unitAt(term, index))?.get(pair);
      if (!postings) return [];
      all.add(postings);
    }
    const [rarest, second] = [...all].sort((one, other) => one.count - other.count);
    if (!rarest) return [];
    return [second ? new CommonPostings(rarest, second) : rarest];
  }

  #beginningWith(term: string): Postings[] {
    const grams = [...(this.#byFirst.get(unitAt(term, 0)) ?? [])];
    const isAny = term.length < 2;
    const second = unitAt(term, 1);
    return grams.filter(([pair]) => isAny || pair >>> 16 === second).map(([, postings]) => postings);
  }

  #postingsOf(first: number, pair: number): Postings {
    let sameFirst = this.#byFirst.get(first);
    if (!sameFirst) {
      sameFirst = new Map();
      this.#byFirst.set(first, sameFirst);
    }
    let postings = sameFirst.get(pair);
    if (!postings) {
      postings = new Postings();
      sameFirst.set(pair, postings);
    }
    return postings;
  }
}

/** A UTF-16 code unit of a text; behind its end, what is no character. */
const unitAt = (text: string, index: number): number => (index < text.length ? text.charCodeAt(index) : end);

/** What a list takes up beside its positions. */
const postingsBytes = 200;

/** Whether the grams alone decide which rows contain the term. */
export const isOneGram = (term: string): boolean => term.length <= gramLength;
