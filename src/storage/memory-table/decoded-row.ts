import { literal, longestSymbol, partEnd, plainSymbols, type SymbolTable } from './symbol-table.ts';

/** A row that is decoded as far as it is looked at, since mostly that are its first parts. */
export class DecodedRow {
  /** What has been decoded; the part that was located last is from `start` to `end`. */
  bytes = Buffer.alloc(512);
  start = 0;
  end = 0;
  #view = new DataView(this.bytes.buffer);
  #source: Uint8Array = this.bytes;
  #table = plainSymbols;
  /** Where the encoded bytes go on, and how many bytes have been decoded. */
  #at = 0;
  #length = 0;
  /** Where the parts end that have been decoded, and how many these are; others are of an earlier row. */
  readonly #ends: number[] = [];
  #count = 0;

  /** Goes on to the row that begins at a place, and was written by the symbols of a table. */
  open(source: Uint8Array, from: number, table: SymbolTable): void {
    this.#source = source;
    this.#table = table;
    this.#at = from;
    this.#length = 0;
    this.#count = 0;
  }

  /** Finds a part that the row has. */
  locate(part: number): void {
    this.#decode(part, Number.MAX_SAFE_INTEGER);
    this.start = this.#startOf(part);
    this.end = this.#ends[part] ?? 0;
  }

  /** Six bytes of a part, from an offset on, as a number; zeros follow the end. -1 if the part ended before. */
  sixBytes(part: number, offset: number): number {
    if (part > 0) this.#decode(part - 1, Number.MAX_SAFE_INTEGER);
    const from = this.#startOf(part) + offset;
    this.#decode(part, from + 6);
    const end = part < this.#count ? (this.#ends[part] ?? 0) : this.#length;
    if (from > end) return -1;
    const bytes = this.bytes;
    let value = 0;
    for (let at = from; at < from + 6; at += 1) value = value * 256 + (at < end ? (bytes[at] ?? 0) : 0);
    return value;
  }

  #startOf(part: number): number {
    return part === 0 ? 0 : (this.#ends[part - 1] ?? 0) + 1;
  }

  /** Decodes to the end of a part, or until there are so many bytes. */
  #decode(part: number, enough: number): void {
    let count = this.#count;
    if (count > part) return;
    const ends = this.#ends;
    const source = this.#source;
    const { words, lengths, hasEnd } = this.#table;
    let bytes = this.bytes;
    let view = this.#view;
    let at = this.#at;
    let length = this.#length;
    while (count <= part && length < enough) {
      if (length + longestSymbol > bytes.length) {
        this.#grow();
        bytes = this.bytes;
        view = this.#view;
      }
      const number = source[at] ?? 0;
      const from = length;
      at += 1;
      if (number === literal) {
        bytes[from] = source[at] ?? 0;
        at += 1;
        length += 1;
      } else {
        // All eight bytes are copied, which is quicker than those that the symbol has.
        const first = number * longestSymbol;
        view.setInt32(from, words.getInt32(first));
        view.setInt32(from + 4, words.getInt32(first + 4));
        length += lengths[number] ?? 0;
        if (hasEnd[number] === 0) continue;
      }
      for (let each = from; each < length; each += 1) {
        if (bytes[each] !== partEnd) continue;
        ends[count] = each;
        count += 1;
      }
    }
    this.#count = count;
    this.#at = at;
    this.#length = length;
  }

  #grow(): void {
    const grown = Buffer.alloc(2 * this.bytes.length);
    grown.set(this.bytes);
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
