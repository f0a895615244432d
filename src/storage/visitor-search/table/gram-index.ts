const gramLength = 3;
/** Stands behind the end of a text, so that its last letters begin a gram, too; it is no character. */
const end = '\uffff';

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

  #grow(): void {
    const grown = new Uint8Array(Math.ceil(this.#bytes.length * 1.25) + 5);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

const blockLength = 4_096;

/** Which rows have a text with given letters: for each three that follow each other, the positions of the rows. */
export class GramIndex {
  /** By the first letter, so that a single one is found without looking at all. */
  readonly #byFirst = new Map<string, Map<string, Postings>>();

  get bytes(): number {
    let bytes = 0;
    for (const postings of this.#byFirst.values())
      for (const each of postings.values()) bytes += each.bytes + postingsBytes;
    return bytes;
  }

  /** Adds a row, which comes after all others, under each gram of a case-folded text. */
  add(text: string, position: number): void {
    const padded = text + end;
    for (let index = 0; index < text.length; index += 1)
      this.#postingsOf(padded.slice(index, index + gramLength)).add(position);
  }

  /**
   * The postings that together have every row with a text that contains the term. Up to three letters they have no
   * other rows; of a longer term they are those of its rarest gram.
   */
  find(term: string): Postings[] {
    if (term.length < gramLength) return this.#beginningWith(term);
    let rarest: Postings | undefined;
    for (let index = 0; index + gramLength <= term.length; index += 1) {
      const gram = term.slice(index, index + gramLength);
      const postings = this.#byFirst.get(gram.charAt(0))?.get(gram);
      if (!postings) return [];
      if (!rarest || postings.count < rarest.count) rarest = postings;
    }
    return rarest ? [rarest] : [];
  }

  #beginningWith(term: string): Postings[] {
    const grams = this.#byFirst.get(term.charAt(0)) ?? [];
    return [...grams].filter(([gram]) => gram.startsWith(term)).map(([, postings]) => postings);
  }

  #postingsOf(gram: string): Postings {
    const first = gram.charAt(0);
    const sameFirst = this.#byFirst.get(first) ?? new Map<string, Postings>();
    if (sameFirst.size === 0) this.#byFirst.set(first, sameFirst);
    const known = sameFirst.get(gram) ?? new Postings();
    if (known.count === 0) sameFirst.set(gram, known);
    return known;
  }
}

/** What a list takes up beside its positions. */
const postingsBytes = 200;

/** Whether the grams alone decide which rows contain the term. */
export const isOneGram = (term: string): boolean => term.length <= gramLength;
