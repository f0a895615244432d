import { literal, longestSymbol, partEnd, type SymbolTable, symbolCount } from './symbol-table.ts';

/**
 * What rows are tested for, byte by byte: from a state, which is 0 at first, and the next byte follows the next state.
 */
export interface RowPattern {
  readonly next: (state: number, byte: number) => number;
}

/** The states in which it is known whether a row matches. */
const states = { found: -1, failed: -2 } as const;

/** The parts that are searched: behind the id the texts, and then some of the sort texts. */
const searchedParts = (sortTexts: number): number => 1 + sortTexts;

/**
 * Whether the texts, or so many of the sort texts, contain some letters, whatever the case of those in sort texts that are
 * ASCII.
 */
export function containing(letters: Uint8Array, sortTexts: number): RowPattern {
  const { length } = letters;
  const shorter = beginningsWithin(letters);
  return {
    // For each part there is a state for each number of letters that match.
    next(state, byte) {
      const part = Math.floor(state / length);
      if (byte === partEnd) return part === searchedParts(sortTexts) ? states.failed : (part + 1) * length;
      if (part === 0) return 0;
      const letter = lowerCase[byte];
      let matching = state % length;
      while (matching > 0 && letters[matching] !== letter) matching = shorter[matching - 1] ?? 0;
      if (letters[matching] === letter) matching += 1;
      return matching === length ? states.found : part * length + matching;
    },
  };
}

/** For each beginning of the letters, how many of its last letters are the first ones, too. */
function beginningsWithin(letters: Uint8Array): Uint32Array {
  const shorter = new Uint32Array(letters.length);
  for (let end = 1, matching = 0; end < letters.length; end += 1) {
    while (matching > 0 && letters[matching] !== letters[end]) matching = shorter[matching - 1] ?? 0;
    if (letters[matching] === letters[end]) matching += 1;
    shorter[end] = matching;
  }
  return shorter;
}

/** Whether the texts begin with some letters or, if it is searched, the first sort text does behind its first byte. */
export function beginningWith(letters: Uint8Array, isSortTextSearched: boolean): RowPattern {
  const { length } = letters;
  // So many letters of the texts match in the states from 1 on, and so many of the sort text in those from `inSortText` on.
  const inTexts = 1;
  const passingTexts = inTexts + length;
  const atSortText = passingTexts + 1;
  const inSortText = atSortText + 1;
  return {
    next(state, byte) {
      if (state === 0) return byte === partEnd ? inTexts : 0;
      if (state === passingTexts) return byte === partEnd ? atSortText : passingTexts;
      if (state === atSortText) return byte === partEnd ? states.failed : inSortText;
      const isInTexts = state < passingTexts;
      const matching = state - (isInTexts ? inTexts : inSortText);
      if (lowerCase[byte] === letters[matching]) return matching + 1 === length ? states.found : state + 1;
      if (!isInTexts || !isSortTextSearched) return states.failed;
      return byte === partEnd ? atSortText : passingTexts;
    },
  };
}

/** Of each byte what it is in lower case, if it is an ASCII letter; no others are changed, as those of other letters. */
const lowerCase = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 65 && byte <= 90 ? byte + 32 : byte,
);

const unknown = -3;

/** Tests rows as they are stored, a symbol at a time: what follows from a state and a symbol is worked out once. */
export class RowTest {
  readonly #pattern: RowPattern;
  /** For each table of symbols, and each state, the state that follows by each symbol. */
  readonly #following = new Map<SymbolTable, Int32Array[]>();

  constructor(pattern: RowPattern) {
    this.#pattern = pattern;
  }

  /** Whether the row matches that begins at a place, and was written by the symbols of a table. */
  matches(source: Uint8Array, from: number, table: SymbolTable): boolean {
    const following = this.#followingBy(table);
    let at = from;
    let state = 0;
    while (state >= 0) {
      const number = source[at] ?? 0;
      at += 1;
      if (number === literal) {
        state = this.#pattern.next(state, source[at] ?? 0);
        at += 1;
        continue;
      }
      const known = following[state]?.[number] ?? unknown;
      state = known === unknown ? this.#workOut(state, number, table) : known;
    }
    return state === states.found;
  }

  #followingBy(table: SymbolTable): Int32Array[] {
    const known = this.#following.get(table) ?? [];
    this.#following.set(table, known);
    return known;
  }

  #workOut(state: number, number: number, table: SymbolTable): number {
    const first = number * longestSymbol;
    const end = first + (table.lengths[number] ?? 0);
    let next = state;
    for (let at = first; at < end && next >= 0; at += 1)
      next = this.#pattern.next(next, table.words.getUint8(at));
    const following = this.#followingBy(table);
    following[state] ??= new Int32Array(symbolCount).fill(unknown);
    (following[state] as Int32Array)[number] = next;
    return next;
  }
}
