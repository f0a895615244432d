import { literal, longestSymbol, partEnd, plainSymbols, type SymbolTable } from './symbol-table.ts';

/**
 * What rows are tested for, byte by byte: from a state, which is 0 at first, and the next byte follows the next state.
 */
export interface RowPattern {
  readonly next: (state: number, byte: number) => number;
}

const byteCount = 256;

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
const lowerCase = Uint8Array.from({ length: byteCount }, (_, byte) =>
  byte >= 65 && byte <= 90 ? byte + 32 : byte,
);

const unknown = -3;
const firstStates = 8;

/** Tests rows as they are stored, a symbol at a time: what follows from a state and a symbol is worked out once. */
export class RowTest {
  readonly #pattern: RowPattern;
  readonly #byTable = new Map<SymbolTable, SymbolSteps>();
  #table = plainSymbols;
  #steps: SymbolSteps;

  constructor(pattern: RowPattern) {
    this.#pattern = pattern;
    this.#steps = this.#stepsBy(plainSymbols);
  }

  /** Whether the row matches that begins at a place, and was written by the symbols of a table. */
  matches(source: Uint8Array, from: number, table: SymbolTable): boolean {
    if (table !== this.#table) {
      this.#table = table;
      this.#steps = this.#stepsBy(table);
    }
    return this.#steps.lead(source, from);
  }

  #stepsBy(table: SymbolTable): SymbolSteps {
    const steps = this.#byTable.get(table) ?? new SymbolSteps(this.#pattern, table);
    this.#byTable.set(table, steps);
    return steps;
  }
}

/** What follows from a state by a symbol of one table. States are numbered as they are met, the first one is 0. */
class SymbolSteps {
  readonly #pattern: RowPattern;
  readonly #table: SymbolTable;
  /** Of each number the state of the pattern, and the other way round. */
  readonly #states = [0];
  readonly #numbers = new Map([[0, 0]]);
  /** For each number of a state, the one that follows by each symbol. */
  #next = new Int32Array(firstStates * byteCount).fill(unknown);

  constructor(pattern: RowPattern, table: SymbolTable) {
    this.#pattern = pattern;
    this.#table = table;
  }

  /** Whether the row from a place on leads to a match. */
  lead(source: Uint8Array, from: number): boolean {
    let next = this.#next;
    let at = from;
    let state = 0;
    while (state >= 0) {
      const symbol = source[at] ?? 0;
      at += 1;
      const known = next[state * byteCount + symbol] ?? unknown;
      if (known !== unknown) {
        state = known;
        continue;
      }
      if (symbol === literal) {
        state = this.#numberOf(this.#pattern.next(this.#states[state] ?? 0, source[at] ?? 0));
        at += 1;
      } else state = this.#workOut(state, symbol);
      next = this.#next;
    }
    return state === states.found;
  }

  #workOut(number: number, symbol: number): number {
    const { words, lengths } = this.#table;
    const first = symbol * longestSymbol;
    const end = first + (lengths[symbol] ?? 0);
    let state = this.#states[number] ?? 0;
    for (let at = first; at < end && state >= 0; at += 1)
      state = this.#pattern.next(state, words.getUint8(at));
    const next = this.#numberOf(state);
    this.#next[number * byteCount + symbol] = next;
    return next;
  }

  /** The number of a state; a row that is decided has no further one. */
  #numberOf(state: number): number {
    if (state < 0) return state;
    const known = this.#numbers.get(state);
    if (known !== undefined) return known;
    const number = this.#states.push(state) - 1;
    this.#numbers.set(state, number);
    if (number * byteCount === this.#next.length) {
      const grown = new Int32Array(2 * this.#next.length).fill(unknown);
      grown.set(this.#next);
      this.#next = grown;
    }
    return number;
  }
}
