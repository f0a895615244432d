import { SymbolEncoder } from './symbol-encoder.ts';
import { literal, longestSymbol, SymbolTable, symbolCount } from './symbol-table.ts';

/** Symbols get longer by at most twice each time. */
const rounds = 5;

/** Bytes as text, a character for each: what they are counted by. */
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/**
 * Chooses the symbols by which texts like those of a sample take the least room. It begins with the bytes that the sample
 * has, which stay, since others of the texts may have them elsewhere. Of the symbols so far, and of those that follow each
 * other taken together, those stay each time that stand for most of the sample.
 */
export function trainSymbols(sample: readonly Uint8Array[]): SymbolTable {
  const bytes = [...new Set(sample.flatMap((each) => [...each]))].map((byte) => String.fromCharCode(byte));
  let table = tableOf(bytes);
  for (let round = 0; round < rounds; round += 1) {
    const worths = countWorths(sample, new SymbolEncoder(table));
    const longer = [...worths].filter(([symbol]) => symbol.length > 1);
    longer.sort(([, one], [, other]) => other - one);
    table = tableOf([...bytes, ...longer.map(([symbol]) => symbol)].slice(0, symbolCount));
  }
  return table;
}

const tableOf = (symbols: readonly string[]): SymbolTable =>
  new SymbolTable(symbols.map((symbol) => Buffer.from(symbol, 'latin1')));

/** How many bytes of the sample each possible symbol would stand for. */
function countWorths(sample: readonly Uint8Array[], encoder: SymbolEncoder): Map<string, number> {
  const symbols = encoder.table.symbols.map(textOf);
  const worths = new Map<string, number>();
  const count = (symbol: string): void => {
    if (symbol.length <= longestSymbol) worths.set(symbol, (worths.get(symbol) ?? 0) + symbol.length);
  };
  for (const bytes of sample) {
    const encoded = new Uint8Array(2 * bytes.length);
    const length = encoder.encode(bytes, encoded, 0);
    let before = '';
    for (let at = 0; at < length; at += 1) {
      const number = encoded[at] ?? 0;
      if (number === literal) at += 1;
      const symbol = number === literal ? String.fromCharCode(encoded[at] ?? 0) : (symbols[number] ?? '');
      count(symbol);
      if (before !== '') count(before + symbol);
      // A symbol that is too long to be joined may get longer by a byte.
      if (symbol.length > 1) {
        const [first = ''] = symbol;
        count(first);
        if (before !== '') count(before + first);
      }
      before = symbol;
    }
  }
  return worths;
}
