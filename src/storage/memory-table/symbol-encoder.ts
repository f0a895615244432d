import { literal, plainSymbols, type SymbolTable } from './symbol-table.ts';

const byteCount = 256;
const noSymbol = literal;

/** Writes rows by the symbols of a table, each time the longest one that fits. */
export class SymbolEncoder {
  readonly table: SymbolTable;
  /** A tree of all beginnings of symbols: for each of them and each byte the beginning that is longer by that byte, or 0. */
  readonly #next: Uint16Array;
  /** Of each beginning the number of the symbol that it is. */
  readonly #numbers: Uint8Array;

  constructor(table: SymbolTable) {
    this.table = table;
    const most = 1 + table.symbols.reduce((sum, { length }) => sum + length, 0);
    const next = new Uint16Array(most * byteCount);
    const numbers = new Uint8Array(most).fill(noSymbol);
    let count = 1;
    for (const [number, symbol] of table.symbols.entries()) {
      let beginning = 0;
      for (const byte of symbol) {
        const at = beginning * byteCount + byte;
        if (next[at] === 0) {
          next[at] = count;
          count += 1;
        }
        beginning = next[at] ?? 0;
      }
      numbers[beginning] = number;
    }
    this.#next = next.slice(0, count * byteCount);
    this.#numbers = numbers;
  }

  /**
   * Encodes some bytes.
   * @param target has room for twice as many from `start` on.
   * @returns where in the target they end.
   */
  encode(bytes: Uint8Array, target: Uint8Array, start: number): number {
    const [next, numbers] = [this.#next, this.#numbers];
    let to = start;
    for (let from = 0; from < bytes.length; ) {
      let number = noSymbol;
      let end = from + 1;
      let beginning = 0;
      for (let at = from; at < bytes.length; at += 1) {
        beginning = next[beginning * byteCount + (bytes[at] ?? 0)] ?? 0;
        if (beginning === 0) break;
        if (numbers[beginning] === noSymbol) continue;
        number = numbers[beginning] ?? noSymbol;
        end = at + 1;
      }
      target[to] = number;
      to += 1;
      if (number === noSymbol) {
        target[to] = bytes[from] ?? 0;
        to += 1;
      }
      from = end;
    }
    return to;
  }
}

/** Writes rows by {@link plainSymbols}. */
export const plainEncoder = new SymbolEncoder(plainSymbols);
