import { Column } from './column.ts';
import { DecodedRow } from './decoded-row.ts';
import { beginningWith, containing, type RowPattern, RowTest } from './row-pattern.ts';
import { plainEncoder, SymbolEncoder } from './symbol-encoder.ts';
import { partEnd, type SymbolTable } from './symbol-table.ts';
import { trainSymbols } from './symbol-training.ts';

const chunkBits = 20;
const chunkBytes = 1 << chunkBits;

/** What is stored of a row, in this order. */
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

/** No sort text is longer, in UTF-16 code units; those that begin alike that far are in the order of ids. */
const longestSortText = 300;
const bytesForUnit = 3;

const groupRows = 4;

/** Symbols are learned from so many rows, and of each from so many bytes. */
const sampledRows = 128;
const sampledBytes = 300;

/** A large piece of memory that has rows, one after the other, and the symbols that they are written by. */
interface Chunk {
  readonly bytes: Buffer;
  readonly table: SymbolTable;
}

/**
 * The texts of rows, compressed, in large pieces of memory outside of the heap. Rows are written once, in their order;
 * by what symbols, is learned anew from some of them each time that they have doubled.
 */
export class RowStore {
  readonly #searchedSortTexts: number;
  #encoder = plainEncoder;
  readonly #chunks: Chunk[] = [];
  /** How much is used of the last chunk, and of those before. */
  #used = 0;
  #fullBytes = 0;
  /** Where the first row of each group begins, and how far behind that each row of it does, which takes fewer bytes. */
  readonly #groups = new Column();
  readonly #offsets = new Column();
  #count = 0;
  /** A row before it is encoded. */
  #plain = Buffer.alloc(0);
  /** How many parts a row has: as many as the others. */
  #partCount = 0;
  /** The row that was looked at last. */
  #row = -1;
  readonly #decoded = new DecodedRow();

  /** @param searchedSortTexts the first ones, so many, are searched in, too, whatever the case of their ASCII letters. */
  constructor(searchedSortTexts = 0) {
    this.#searchedSortTexts = searchedSortTexts;
  }

  get bytes(): number {
    return this.#fullBytes + this.#used + this.#groups.bytes + this.#offsets.bytes;
  }

  /** Stores a row behind all others. */
  write(row: number, texts: StoredTexts): void {
    const length = this.#join(texts);
    // At most, each byte is encoded as two.
    const { bytes } = this.#chunkFor(2 * length);
    const address = (this.#chunks.length - 1) * chunkBytes + this.#used;
    if (row % groupRows === 0) this.#groups.set(row / groupRows, address);
    this.#offsets.set(row, address - this.#groups.at(Math.floor(row / groupRows)));
    this.#used = this.#encoder.encode(this.#plain.subarray(0, length), bytes, this.#used);
    this.#count = row + 1;
  }

  /** Whether a row has just these texts, in the same spelling. */
  holds(row: number, texts: StoredTexts): boolean {
    const length = this.#join(texts);
    const { bytes, end } = this.#locate(row, this.#partCount - 1);
    return end + 1 === length && bytes.compare(this.#plain, 0, end, 0, end) === 0;
  }

  /** The text of a part. */
  textOf(row: number, part: number): string {
    const { bytes, start, end } = this.#locate(row, part);
    return bytes.toString('utf8', start, end);
  }

  /** The number of bytes of a part. */
  lengthOf(row: number, part: number): number {
    const { start, end } = this.#locate(row, part);
    return end - start;
  }

  /** Makes a test for the rows with a text that contains some case-folded letters. */
  containing(letters: string): (row: number) => boolean {
    return this.#matching(containing(Buffer.from(letters), this.#searchedSortTexts));
  }

  /** Makes a test for the rows whose first text begins with some case-folded letters. */
  beginningWith(letters: string): (row: number) => boolean {
    return this.#matching(beginningWith(Buffer.from(letters), this.#searchedSortTexts > 0));
  }

  #matching(pattern: RowPattern): (row: number) => boolean {
    const test = new RowTest(pattern);
    return (row) => {
      const address = this.#addressOf(row);
      const { bytes, table } = this.#chunks[address >>> chunkBits] as Chunk;
      return test.matches(bytes, address & (chunkBytes - 1), table);
    };
  }

  /** Six bytes of a part, from an offset on, as a number; zeros follow the end. -1 if the part ended before. */
  sixBytes(row: number, part: number, offset: number): number {
    return this.#open(row).sixBytes(part, offset);
  }

  /** Six bytes of a part, those at a depth; behind its end those of the id. Rows are sorted by one after the other. */
  sixBytesOrId(row: number, part: number, depth: number): number {
    const six = this.sixBytes(row, part, depth * 6);
    if (six !== -1) return six;
    const depths = Math.floor(this.lengthOf(row, part) / 6) + 1;
    return this.sixBytes(row, parts.id, (depth - depths) * 6);
  }

  #locate(row: number, part: number): DecodedRow {
    const decoded = this.#open(row);
    decoded.locate(part);
    return decoded;
  }

  #addressOf(row: number): number {
    return this.#groups.at(Math.floor(row / groupRows)) + this.#offsets.at(row);
  }

  #open(row: number): DecodedRow {
    const decoded = this.#decoded;
    if (row === this.#row) return decoded;
    const address = this.#addressOf(row);
    const { bytes, table } = this.#chunks[address >>> chunkBits] as Chunk;
    decoded.open(bytes, address & (chunkBytes - 1), table);
    this.#row = row;
    return decoded;
  }

  /**
   * Makes the row to be written of the texts.
   * @returns its length in bytes.
   */
  #join({ id, texts, sortTexts }: StoredTexts): number {
    const cut = sortTexts.map(cutToSort);
    const all = [id, this.#joinOthers(texts, cut), ...cut];
    const most = all.reduce((sum, text) => sum + bytesForUnit * text.length + 1, 0);
    if (most > this.#plain.length) this.#plain = Buffer.alloc(most);
    this.#partCount = all.length;
    let length = 0;
    for (const text of all) {
      length += this.#plain.write(text, length);
      this.#plain[length] = partEnd;
      length += 1;
    }
    return length;
  }

  /** The texts, without those that are found in sort texts; the first one stays in the first place. */
  #joinOthers(texts: readonly string[], sortTexts: readonly string[]): string {
    const found = sortTexts.slice(0, this.#searchedSortTexts).map((text) => withLowerAscii(text.slice(1)));
    const others = texts.map((text) => (found.includes(text) ? '' : text));
    return others.join(separator).replace(endOfTexts, '');
  }

  /** A chunk that has room for so many bytes. */
  #chunkFor(length: number): Chunk {
    const last = this.#chunks.at(-1);
    if (last && this.#used + length <= chunkBytes) return last;
    const count = this.#chunks.length;
    const isDoubled = Number.isInteger(Math.log2(count));
    if (isDoubled) this.#encoder = new SymbolEncoder(trainSymbols(this.#sample()));
    const bytes = Buffer.allocUnsafeSlow(Math.max(chunkBytes, length));
    const chunk = { bytes, table: this.#encoder.table };
    this.#chunks.push(chunk);
    this.#fullBytes += this.#used;
    this.#used = 0;
    return chunk;
  }

  /** Some of the rows, as they were before they were encoded. */
  #sample(): Uint8Array[] {
    const length = Math.min(sampledRows, this.#count);
    return Array.from({ length }, (_, index) => {
      const row = Math.floor((index / length) * this.#count);
      const { bytes, end } = this.#locate(row, this.#partCount - 1);
      return Uint8Array.from(bytes.subarray(0, Math.min(end + 1, sampledBytes)));
    });
  }
}

/** Half of a character, which UTF-8 does not have. */
const half = /[\ud800-\udbff]$/;
const cutToSort = (text: string): string =>
  text.length > longestSortText ? text.slice(0, longestSortText).replace(half, '') : text;

const upperAscii = /[A-Z]+/g;
const withLowerAscii = (text: string): string => text.replace(upperAscii, (letters) => letters.toLowerCase());
