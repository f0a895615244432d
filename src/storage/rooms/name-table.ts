import { foldCase } from '../../domain/text/case-folding.ts';
import { GramIndex, isOneGram } from '../memory-table/gram-index.ts';
import { HashIndex, hashOf } from '../memory-table/hash-index.ts';
import { parts, RowStore } from '../memory-table/row-store.ts';

/** Different names, in memory outside of the heap, found by any part of them. */
export class NameTable {
  readonly #names = new RowStore();
  readonly #grams = new GramIndex();
  readonly #byHash = new HashIndex();
  #count = 0;

  /** How much memory it takes. */
  get bytes(): number {
    return this.#names.bytes + this.#grams.bytes + this.#byHash.bytes;
  }

  /** Takes in a name that it may have already. */
  add(name: string): void {
    const hash = hashOf(name);
    for (const row of this.#byHash.positions(hash)) if (this.#nameAt(row) === name) return;
    const folded = foldCase(name);
    this.#names.write(this.#count, { id: name, texts: [folded], sortTexts: [] });
    this.#byHash.add(hash, this.#count);
    this.#grams.add(folded, this.#count);
    this.#count += 1;
  }

  /**
   * The names that contain a text, ignoring case; null if there are more than `most`. It yields whenever others may get
   * their turn.
   */
  *find(text: string, most: number): Generator<void, string[] | null> {
    const term = foldCase(text);
    const letters = Buffer.from(term);
    const rows = new Set<number>();
    for (const postings of this.#grams.find(term)) {
      for (const block of postings.blocks()) {
        for (const row of block)
          if (isOneGram(term) || this.#names.contains(row, letters, false)) rows.add(row);
        if (rows.size > most) return null;
        yield;
      }
    }
    const names: string[] = [];
    for (const row of rows) {
      names.push(this.#nameAt(row));
      yield;
    }
    return names;
  }

  #nameAt = (row: number): string => this.#names.textOf(row, parts.id);
}
