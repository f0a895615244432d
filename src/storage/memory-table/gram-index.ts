import { PostingMemory } from './posting-memory.ts';
import type { PostingReader } from './posting-reader.ts';
import { Postings } from './postings.ts';

const gramLength = 3;
/** Stands behind the end of a text, so that its last letters begin a gram, too; it is no character. */
const end = 0xffff;

/**
 * So many lists are compared: two may be of letters that mostly stand together, and have nearly all in common. To test a
 * row takes longer than to look for it in another list.
 */
const comparedGrams = 3;
/** But a list with a larger part of all rows rules out too few. */
const largestPart = 1 / 4;
/** Few at a time, since most of a long list may be passed over. */
const soughtAtOnce = 256;

/** Looks for positions in a list, each greater than the one before. */
class PositionSearch {
  readonly #reader: PostingReader;
  readonly #block = new Uint32Array(soughtAtOnce);
  #length = 0;
  #index = 0;

  constructor(postings: Postings) {
    this.#reader = postings.read();
  }

  has(wanted: number): boolean {
    for (;;) {
      for (; this.#index < this.#length; this.#index += 1) {
        const position = this.#block[this.#index] ?? 0;
        if (position >= wanted) return position === wanted;
      }
      this.#reader.skipTo(wanted);
      this.#index = 0;
      this.#length = this.#reader.fill(this.#block);
      if (this.#length === 0) return false;
    }
  }
}

/** What two lists have in common. */
class CommonPostings implements FoundPostings {
  readonly #few: FoundPostings;
  readonly #many: Postings;

  constructor(few: FoundPostings, many: Postings) {
    this.#few = few;
    this.#many = many;
  }

  get count(): number {
    return this.#few.count;
  }

  *blocks(): Generator<Uint32Array> {
    const many = new PositionSearch(this.#many);
    for (const block of this.#few.blocks()) yield block.filter((position) => many.has(position));
  }

  mark(flags: Uint8Array): void {
    for (const block of this.blocks()) for (const position of block) flags[position] = 1;
  }
}

/** Ascending positions that were found, no more than `count`. */
export type FoundPostings = Readonly<Pick<Postings, 'blocks' | 'mark' | 'count'>>;

/** Two code units as one number, which is quicker to look up than a text. */
const pairOf = (second: number, third: number): number => (second << 16) | third;

/** Which rows have a text with given letters: for each three that follow each other, the positions of the rows. */
export class GramIndex {
  /** By the first letter, so that a single one is found without looking at all; then by the other two. */
  readonly #byFirst = new Map<number, Map<number, Postings>>();

  readonly #memory = new PostingMemory();
  /** Behind the last row. */
  #end = 0;

  get bytes(): number {
    let lists = 0;
    for (const { size } of this.#byFirst.values()) lists += size;
    return this.#memory.bytes + lists * listBytes;
  }

  /** Adds a row, which comes after all others, under each gram of a case-folded text. */
  add(text: string, position: number): void {
    this.#end = position + 1;
    let [first, second] = [unitAt(text, 0), unitAt(text, 1)];
    for (let index = 0; index < text.length; index += 1) {
      const third = unitAt(text, index + 2);
      this.#postingsOf(first, pairOf(second, third)).add(position);
      [first, second] = [second, third];
    }
  }

  /**
   * The postings that together have every row with a text that contains the term. Up to three letters they have no
   * other rows; of a longer term they are what the rarest of its grams have in common.
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
    const [rarest, ...others] = [...all].sort((one, other) => one.count - other.count);
    if (!rarest) return [];
    const compared = others
      .slice(0, comparedGrams - 1)
      .filter(({ count }) => count <= largestPart * this.#end);
    return [compared.reduce<FoundPostings>((found, each) => new CommonPostings(found, each), rarest)];
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
      postings = new Postings(this.#memory);
      sameFirst.set(pair, postings);
    }
    return postings;
  }
}

/** A UTF-16 code unit of a text; behind its end, what is no character. */
const unitAt = (text: string, index: number): number => (index < text.length ? text.charCodeAt(index) : end);

/** What a list takes up on the heap. */
const listBytes = 400;

/** Whether the grams alone decide which rows contain the term. */
export const isOneGram = (term: string): boolean => term.length <= gramLength;
