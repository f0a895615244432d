/** A symbol stands for so many bytes at most. */
export const longestSymbol = 8;
/** There are at most so many symbols. */
export const symbolCount = 255;
/** What is written before a byte that stands for itself; no symbol has this number. */
export const literal = symbolCount;

/** Ends each part of a row; no text has this byte in UTF-8. */
export const partEnd = 0xfe;

/**
 * What the bytes of compressed rows stand for: for symbols, each of which is some bytes that rows often have one after the
 * other. A row can be read without those before it, and a look at the table gives several of its bytes. The idea is that
 * of "FSST: Fast Random Access String Compression" (Boncz, Neumann and Leis, 2020).
 */
export class SymbolTable {
  readonly symbols: readonly Uint8Array[];
  /** The bytes of the symbols, eight for each. */
  readonly words = new DataView(new ArrayBuffer(longestSymbol * symbolCount));
  readonly lengths = new Uint8Array(symbolCount);
  /** Whether a part ends within the symbol. */
  readonly hasEnd = new Uint8Array(symbolCount);

  /** @param symbols no more than {@link symbolCount}, of no more than {@link longestSymbol} bytes each. */
  constructor(symbols: readonly Uint8Array[]) {
    this.symbols = symbols;
    for (const [number, symbol] of symbols.entries()) {
      for (const [index, byte] of symbol.entries()) this.words.setUint8(number * longestSymbol + index, byte);
      this.lengths[number] = symbol.length;
      this.hasEnd[number] = symbol.includes(partEnd) ? 1 : 0;
    }
  }
}

/** Each byte that a row may have stands for itself: what rows are written by as long as there are too few to learn from. */
export const plainSymbols = new SymbolTable(
  Array.from({ length: symbolCount }, (_, byte) => Uint8Array.of(byte)),
);
