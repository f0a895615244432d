import { Column } from './column.ts';

/** What a set of labels takes up on the heap, beside its letters. */
const setBytes = 200;
const separator = '\0';

/** For each row a set of labels, of which many rows have the same. */
export class SharedLabels {
  readonly #numbers = new Map<string, number>();
  /** The sets by their numbers; 0 is the empty one, which rows have that were never set. */
  readonly #sets: (readonly string[])[] = [];
  readonly #rows = new Column();
  #setBytes = 0;

  constructor() {
    this.#numberOf([]);
  }

  get bytes(): number {
    return this.#rows.bytes + this.#setBytes;
  }

  set(row: number, labels: readonly string[]): void {
    this.#rows.set(row, this.#numberOf(labels));
  }

  /** Makes a test for the rows that have at least one of the labels, as long as none is set. */
  withAny(labels: readonly string[]): (row: number) => boolean {
    const wanted = new Set(labels);
    const hasAny = Uint8Array.from(this.#sets, (set) => (set.some((label) => wanted.has(label)) ? 1 : 0));
    return (row) => hasAny[this.#rows.at(row)] === 1;
  }

  #numberOf(labels: readonly string[]): number {
    const key = labels.join(separator);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#sets.push([...labels]) - 1;
    this.#numbers.set(key, number);
    this.#setBytes += setBytes + 2 * key.length;
    return number;
  }
}
