import { foldCase } from '../../domain/text/case-folding.ts';
import { GramIndex, isOneGram } from '../memory-table/gram-index.ts';
import { HashIndex, hashOf } from '../memory-table/hash-index.ts';
import { parts, RowStore } from '../memory-table/row-store.ts';

/** Keys with texts, in memory outside of the heap: the keys are found by any part of their texts. */
export class TextTable {
  readonly #rows = new RowStore();
  readonly #grams = new GramIndex();
  readonly #byHash = new HashIndex();
  #count = 0;

  /** How much memory it takes. */
  get bytes(): number {
    return this.#rows.bytes + this.#grams.bytes + this.#byHash.bytes;
  }

  /** Takes in a text that the key has besides those that it may have already. */
  add(key: string, text: string): void {
    const folded = foldCase(text);
    const hash = hashOf(`${key}\0${folded}`);
    for (const row of this.#byHash.positions(hash))
      if (this.#keyAt(row) === key && this.#rows.textOf(row, parts.texts) === folded) return;
    this.#rows.write(this.#count, { id: key, texts: [folded], sortTexts: [] });
    this.#byHash.add(hash, this.#count);
    this.#grams.add(folded, this.#count);
    this.#count += 1;
  }

  /**
   * The keys with a text that contains the given one, ignoring case; null if there are more than `most`. It yields
   * whenever others may get their turn.
   */
  *find(text: string, most: number): Generator<void, string[] | null> {
    const term = foldCase(text);
    const hasTerm = isOneGram(term) ? () => true : this.#rows.containing(term);
    const rows = new Set<number>();
    for (const postings of this.#grams.find(term)) {
      for (const block of postings.blocks()) {
        for (const row of block) if (hasTerm(row)) rows.add(row);
        if (rows.size > most) return null;
        yield;
      }
    }
    const keys = new Set<string>();
    for (const row of rows) {
      keys.add(this.#keyAt(row));
      yield;
    }
    return [...keys];
  }

  #keyAt = (row: number): string => this.#rows.textOf(row, parts.id);
}
