import { GramIndex, isOneGram } from './gram-index.ts';
import { RowStore, type StoredTexts } from './row-store.ts';

/** Texts of rows, which are found by any part of them. Rows are written once, in their order. */
export class TextColumn {
  readonly rows: RowStore;
  readonly #grams = new GramIndex();

  /** @param searchedSortTexts as of {@link RowStore}. */
  constructor(searchedSortTexts = 0) {
    this.rows = new RowStore(searchedSortTexts);
  }

  get bytes(): number {
    return this.rows.bytes + this.#grams.bytes;
  }

  write(row: number, stored: StoredTexts): void {
    this.rows.write(row, stored);
    for (const text of stored.texts) this.#grams.add(text, row);
  }

  /** All rows that may have a case-folded part in their texts, some at a time, some of them several times. */
  *candidates(part: string): Generator<Uint32Array> {
    for (const postings of this.#grams.find(part)) yield* postings.blocks();
  }

  /** Whether all candidates have the part. */
  areCertain(part: string): boolean {
    return isOneGram(part);
  }

  /** Makes a test for the rows that have a case-folded part in their texts. */
  having(part: string): (row: number) => boolean {
    return this.rows.containing(part);
  }
}
