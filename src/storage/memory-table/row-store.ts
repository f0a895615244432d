import { Column } from './column.ts';

const chunkBits = 20;
const chunkBytes = 1 << chunkBits;

/** What is stored of a row: first the bytes of the head, which has the length of each part, then the parts. */
export const parts = { id: 0, texts: 1, firstSortText: 2 } as const;

/** Stands between the texts of a row, where no gram of a term crosses it. */
const separator = '\0';
const endOfTexts = /\0+$/;

/** A row as it is written: texts that are searched in, and texts that rows are sorted by. */
export interface StoredTexts {
  readonly id: string;
  /** Case-folded. */
  readonly texts: readonly string[];
  /** The parts from `firstSortText` on; each, unless it is empty, begins with a character that no term has. */
  readonly sortTexts: readonly string[];
}

/** A row as it lies in memory. */
interface PackedRow {
  /** All parts. */
  readonly joined: string;
  /** Of each part, in bytes. */
  readonly lengths: readonly number[];
  readonly headBytes: number;
  /** Of head and parts. */
  readonly bytes: number;
}

/** No sort text is longer, in UTF-16 code units; those that begin alike that far are in the order of ids. */
const longestSortText = 300;

/** The texts of rows, packed into large pieces of memory outside of the heap. */
export class RowStore {
  readonly #searchedSortTexts: number;
  readonly #chunks: Buffer[] = [Buffer.allocUnsafeSlow(chunkBytes)];
  #used = 0;
  readonly #addresses = new Column((length) => new Uint32Array(length));
  /** The part that was located last, and where it is. */
  #row = -1;
  #part = -1;
  #chunk = this.#chunks[0] as Buffer;
  #start = 0;
  #end = 0;

  /** @param searchedSortTexts the first ones, so many, are searched in, too, whatever the case of their ASCII letters. */
  constructor(searchedSortTexts = 0) {
    this.#searchedSortTexts = searchedSortTexts;
  }

  get bytes(): number {
    return this.#chunks.length * chunkBytes + this.#addresses.bytes;
  }

  /** Stores a row that is not there yet. */
  write(row: number, texts: StoredTexts): void {
    const packed = this.#pack(texts);
    const address = this.#allocate(packed.bytes);
    this.#addresses.set(row, address);
    this.#put(address, packed);
  }

  /**
   * Stores a row in place of an earlier one, if it takes as many bytes: others would be of no use any more.
   * @returns whether it does.
   */
  overwrite(row: number, texts: StoredTexts): boolean {
    const packed = this.#pack(texts);
    const address = this.#addresses.at(row);
    this.#locate(row, packed.lengths.length - 1);
    if (this.#end - (address & (chunkBytes - 1)) !== packed.bytes) return false;
    this.#put(address, packed);
    return true;
  }

  /** The text of a part. */
  textOf(row: number, part: number): string {
    this.#locate(row, part);
    return this.#chunk.toString('utf8', this.#start, this.#end);
  }

  /** The number of bytes of a part. */
  lengthOf(row: number, part: number): number {
    this.#locate(row, part);
    return this.#end - this.#start;
  }

  /** Whether a text of the row contains the letters or, if asked for, whether the first one begins with them. */
  contains(row: number, letters: Uint8Array, onlyFirst: boolean): boolean {
    this.#locate(row, parts.texts);
    const start = this.#start;
    if (onlyFirst) {
      if (this.#hasWithin(start, start, letters)) return true;
      this.#locate(row, parts.firstSortText);
      return this.#searchedSortTexts > 0 && this.#hasWithin(this.#start + 1, this.#start + 1, letters);
    }
    this.#locate(row, parts.texts + this.#searchedSortTexts);
    return this.#hasWithin(start, this.#end, letters);
  }

  /** Whether the letters begin at one of some places, and end with the part that was located, or before. */
  #hasWithin(from: number, to: number, letters: Uint8Array): boolean {
    const chunk = this.#chunk;
    const first = letters[0];
    const last = Math.min(to, this.#end - letters.length);
    for (let at = from; at <= last; at += 1) {
      if (lowerCase[chunk[at] ?? 0] !== first) continue;
      let matching = 1;
      while (matching < letters.length && lowerCase[chunk[at + matching] ?? 0] === letters[matching])
        matching += 1;
      if (matching === letters.length) return true;
    }
    return false;
  }

  /** The texts, without those that are found in sort texts; the first one stays in the first place. */
  #joinOthers(texts: readonly string[], sortTexts: readonly string[]): string {
    const found = sortTexts.slice(0, this.#searchedSortTexts).map((text) => withLowerAscii(text.slice(1)));
    const others = texts.map((text) => (found.includes(text) ? '' : text));
    return others.join(separator).replace(endOfTexts, '');
  }

  /** Six bytes of a part, from an offset on, as a number; zeros follow the end. -1 if the part ended before. */
  sixBytes(row: number, part: number, offset: number): number {
    this.#locate(row, part);
    const from = this.#start + offset;
    if (from > this.#end) return -1;
    const chunk = this.#chunk;
    let value = 0;
    for (let at = from; at < from + 6; at += 1) value = value * 256 + (at < this.#end ? (chunk[at] ?? 0) : 0);
    return value;
  }

  #locate(row: number, part: number): void {
    if (row === this.#row && part === this.#part) return;
    const address = this.#addresses.at(row);
    const chunk = this.#chunks[address >>> chunkBits] as Buffer;
    let at = address & (chunkBytes - 1);
    let start = at + (chunk[at] ?? 0);
    at += 1;
    for (let index = 0; ; index += 1) {
      let length = 0;
      let shift = 0;
      for (let byte = 128; byte > 127; shift += 7) {
        byte = chunk[at] ?? 0;
        length |= (byte & 127) << shift;
        at += 1;
      }
      if (index === part) {
        this.#row = row;
        this.#part = part;
        this.#chunk = chunk;
        this.#start = start;
        this.#end = start + length;
        return;
      }
      start += length;
    }
  }

  #pack({ id, texts, sortTexts }: StoredTexts): PackedRow {
    const cut = sortTexts.map((text) => text.slice(0, longestSortText));
    const all = [id, this.#joinOthers(texts, cut), ...cut];
    const joined = all.join('');
    const bytes = Buffer.byteLength(joined);
    // Mostly all is ASCII, where a text has as many bytes as letters.
    const lengths = all.map((text) => (bytes === joined.length ? text.length : Buffer.byteLength(text)));
    const headBytes = lengths.reduce((sum, length) => sum + lengthBytes(length), 1);
    return { joined, lengths, headBytes, bytes: headBytes + bytes };
  }

  #put(address: number, { joined, lengths, headBytes }: PackedRow): void {
    this.#row = -1;
    const chunk = this.#chunks[address >>> chunkBits] as Buffer;
    let at = address & (chunkBytes - 1);
    chunk[at] = headBytes;
    at += 1;
    for (const length of lengths) at = writeLength(chunk, at, length);
    chunk.write(joined, at);
  }

  #allocate(bytes: number): number {
    if (this.#used + bytes > chunkBytes) {
      this.#chunks.push(Buffer.allocUnsafeSlow(chunkBytes));
      this.#used = 0;
    }
    const address = (this.#chunks.length - 1) * chunkBytes + this.#used;
    this.#used += bytes;
    return address;
  }
}

const lengthBytes = (length: number): number => (length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : 3);

function writeLength(chunk: Buffer, start: number, length: number): number {
  let [at, left] = [start, length];
  for (; left > 127; left >>>= 7) {
    chunk[at] = (left & 127) | 128;
    at += 1;
  }
  chunk[at] = left;
  return at + 1;
}

/** Of each byte what it is in lower case, if it is an ASCII letter; no others are changed, as those of other letters. */
const lowerCase = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 65 && byte <= 90 ? byte + 32 : byte,
);

const upperAscii = /[A-Z]+/g;
const withLowerAscii = (text: string): string => text.replace(upperAscii, (letters) => letters.toLowerCase());
